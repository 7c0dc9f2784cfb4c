import { type Driver, Group, type GroupEvent, natsBus, WebSocketConnector } from "../../../mod.ts";
import { denoFlags } from "../../ecosystem/example.ts";
import { soon, until } from "../../helpers/waiting.ts";
import { Client, Ears } from "./client.ts";
import { natsConnection, NatsServer } from "./nats.ts";
import type { Control, Guest, Name } from "./shared.ts";

/** How many clients connect at once. */
const WIDTH = 50;

/** A server process. */
export class ServerProcess implements AsyncDisposable {
  readonly name: string;
  readonly control: Driver<Control>;
  readonly #child: Deno.ChildProcess;
  readonly #port: number;
  readonly #connector: WebSocketConnector<null, null, Control>;

  private constructor(
    name: string,
    { child, port, connector }: {
      readonly child: Deno.ChildProcess;
      readonly port: number;
      readonly connector: WebSocketConnector<null, null, Control>;
    },
  ) {
    this.name = name;
    this.#child = child;
    this.#port = port;
    this.#connector = connector;
    this.control = connector.getDriver();
  }

  static async start(name: string, url: string): Promise<ServerProcess> {
    const file = new URL("server.ts", import.meta.url).href;
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "-q", "--no-check", ...denoFlags(), file, url, name],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    try {
      const [port, controlPort] = JSON.parse(await soon(firstLine(child), "the server listens"));
      const connector = new WebSocketConnector<null, null, Control>(null, null);
      await connector.connect(`ws://127.0.0.1:${controlPort}`);
      return new ServerProcess(name, { child, port, connector });
    } catch (error) {
      child.kill("SIGKILL");
      await child.status;
      throw error;
    }
  }

  get url(): string {
    return `ws://127.0.0.1:${this.#port}`;
  }

  /** Ends it without a word to the others. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connector.close().catch(() => {}); // it was killed
    await this.#child.stdin.close().catch(() => {});
    await soon(this.#child.status, "the server has ended");
  }
}

/** What it prints: one line. */
async function firstLine({ stdout }: Deno.ChildProcess): Promise<string> {
  let text = "";
  for await (const part of stdout.pipeThrough(new TextDecoderStream())) {
    text += part;
    if (text.includes("\n")) return text;
  }
  throw new Error(`Cannot start the server: it printed "${text}"`);
}

/** Three server processes on a `nats-server`, their clients, and the groups of this process. */
export class Cluster implements AsyncDisposable {
  readonly nats: NatsServer;
  readonly processes: readonly ServerProcess[];
  readonly rooms: readonly string[];
  readonly ears = new Ears();
  readonly clients: Client[] = [];
  readonly #stack = new AsyncDisposableStack();

  private constructor(nats: NatsServer, processes: ServerProcess[], rooms: readonly string[]) {
    this.nats = nats;
    this.processes = processes;
    this.rooms = rooms;
  }

  /** Starts the processes, with so many rooms. */
  static async start(rooms: number): Promise<Cluster> {
    await using stack = new AsyncDisposableStack();
    const nats = stack.use(await NatsServer.start());
    const processes: ServerProcess[] = [];
    for (const name of ["A", "B", "C"]) {
      processes.push(stack.use(await ServerProcess.start(name, nats.url)));
    }
    const names = Array.from({ length: rooms }, (_, at) => `room ${at}`);
    await Promise.all(processes.map(({ control }) => control.open(names)));
    const cluster = new Cluster(nats, processes, names);
    cluster.#stack.use(stack.move());
    return cluster;
  }

  /** Opens a group in this process, without members here. */
  async group(
    room: string,
    onEvent?: (event: GroupEvent<Name>) => void,
  ): Promise<Group<Guest, Name>> {
    const connection = await natsConnection(this.nats.url);
    this.#stack.defer(() => connection.close());
    const group = new Group<Guest, Name>(room, { bus: natsBus(connection), onEvent });
    this.#stack.use(group);
    await group.open();
    return group;
  }

  /** Connects clients to one process after the other. Each is in the rooms that `roomsOf` returns. */
  async join(count: number, roomsOf: (at: number) => readonly string[]): Promise<void> {
    let next = 0;
    const run = async (): Promise<void> => {
      while (next < count) {
        const at = next++;
        const { name: place, url } = this.processes[at % this.processes.length]!;
        const rooms = roomsOf(at);
        const client = new Client({ name: `client ${at}`, rooms }, place, this.ears);
        this.#stack.use(client);
        this.clients.push(client);
        await client.connector.connect(url);
      }
    };
    await Promise.all(Array.from({ length: WIDTH }, run));
    const seats = this.clients.reduce((sum, { rooms }) => sum + rooms.length, 0);
    await untilAsync(async () => {
      const sizes = await Promise.all(this.processes.map(({ control }) => control.size()));
      return sizes.reduce((sum, size) => sum + size, 0) === seats;
    }, "all clients are members");
  }

  /** Waits until every client has heard what these processes sent to its rooms. */
  async allHeard(processes: readonly ServerProcess[] = this.processes): Promise<void> {
    for (const { name, control } of processes) {
      const sent = await control.sent();
      for (const client of this.clients) {
        if (client.connector.state !== WebSocketConnector.State.OPEN) continue;
        for (const room of client.rooms) {
          const has = (): boolean => client.heard(room, name) >= sent[room]!;
          if (!has()) await until(has, `${client.name} has heard ${name} in ${room}`);
        }
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}

/** Like `until`, for what takes a call. */
export async function untilAsync(
  holds: () => Promise<boolean>,
  what: string,
  atMost = 60_000,
): Promise<void> {
  const end = performance.now() + atMost;
  while (!await holds()) {
    if (performance.now() > end) throw new Error(`Cannot wait any longer until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
