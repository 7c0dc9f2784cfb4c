/**
 * A chat on three server processes, which share their rooms over a `nats-server`. Starts them all,
 * with three clients, of which each is on another server. Then one server is killed.
 *
 *     deno run --allow-net --allow-run --allow-env examples/cluster/demo.ts
 *
 * It needs `nats-server`: `apt install nats-server`, `brew install nats-server`, or
 * https://nats.io/download. Its arguments are passed to the `deno run` of the servers.
 */
import { type Driver, WebSocketConnector } from "../../mod.ts";
import { type Chat, type Person, ROOMS, type Screen } from "./shared.ts";

/** A process that prints where it listens. It doesn't outlive the demo. */
class Process implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #output: AsyncIterableIterator<string>;

  constructor(program: string, args: string[], output: "stdout" | "stderr") {
    this.#child = new Deno.Command(program, {
      args,
      stdout: output === "stdout" ? "piped" : "null",
      stderr: output === "stderr" ? "piped" : "inherit",
    }).spawn();
    this.#output = this.#child[output].pipeThrough(new TextDecoderStream()).values();
  }

  /** Waits until it has printed this, and returns it. */
  async printed(pattern: RegExp): Promise<string> {
    let text = "";
    for (;;) {
      const found = pattern.exec(text);
      if (found !== null) return found[0];
      const { value, done } = await this.#output.next();
      if (done) throw new Error(`The process has ended. It printed: ${text}`);
      text += value;
    }
  }

  async end(signal: Deno.Signal): Promise<void> {
    this.#child.kill(signal);
    while (!(await this.#output.next()).done); // what it still prints
    await this.#child.status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end("SIGKILL").catch(() => {}); // it may have ended
  }
}

/** A client, and the lines on its screen. */
class Client {
  readonly chat: Driver<Chat>;
  readonly #name: string;
  readonly #connector: WebSocketConnector<Person, Screen, Chat>;
  #lines: string[] = [];
  #changed = (): void => {};

  constructor(name: string, answers: Readonly<Record<string, string>> = {}) {
    this.#name = name;
    this.#connector = new WebSocketConnector({ name }, {
      print: (room, line) => this.#add(`[${room}] ${line}`),
      whisper: (_from, text) => answers[text] ?? "no",
    });
    this.chat = this.#connector.getDriver();
  }

  connect(url: string): Promise<void> {
    return this.#connector.connect(url);
  }

  /** Waits until the client has seen this line, and prints it. */
  async sees(line: string): Promise<void> {
    while (!this.#lines.includes(line)) {
      await new Promise<void>((resolve) => this.#changed = resolve);
    }
    this.#lines = this.#lines.filter((one) => one !== line);
    console.log(`${this.#name} sees ${line}`);
  }

  #add(line: string): void {
    this.#lines.push(line);
    this.#changed();
  }

  close(): Promise<void> {
    return this.#connector.close();
  }
}

await using stack = new AsyncDisposableStack();
const nats = stack.use(
  new Process("nats-server", ["--addr", "127.0.0.1", "--port", "-1"], "stderr"),
);
const address = (await nats.printed(/127\.0\.0\.1:\d+[^]*Server is ready/)).split("\n")[0]!;
const file = new URL("server.ts", import.meta.url).href;
const run = ["run", "--quiet", "--allow-net", "--allow-env", ...Deno.args];
const servers = [0, 1, 2].map(() =>
  stack.use(new Process(Deno.execPath(), [...run, file, `nats://${address}`], "stdout"))
);
const urls = await Promise.all(servers.map((server) => server.printed(/ws:.+(?=\n)/)));

const [lobby, kitchen] = ROOMS as [string, string];
const ada = new Client("Ada");
const bob = new Client("Bob", { "Are you hungry?": "yes", "Tea?": "yes" });
const cyd = new Client("Cyd", { "Tea?": "later" });
for (const [at, client] of [ada, bob, cyd].entries()) await client.connect(urls[at]!);

// who is there, and broadcasts
console.log(`In the lobby: ${await ada.chat.enter(lobby)}`);
console.log(`In the lobby: ${await bob.chat.enter(lobby)}`);
await ada.sees("[lobby] Bob joined");
console.log(`In the lobby: ${await cyd.chat.enter(lobby)}`);
for (const client of [ada, bob]) await client.sees("[lobby] Cyd joined");
await ada.chat.say(lobby, "hello");
for (const client of [ada, bob, cyd]) await client.sees("[lobby] Ada: hello");

// calls with results: of one member, and of all
console.log(`Cyd answers Ada: ${await ada.chat.whisper(lobby, "Cyd", "Tea?")}`);
const { asked, yes } = await cyd.chat.poll(lobby, "Are you hungry?");
console.log(`Cyd asked ${asked} people: ${yes} said yes`);

// another room
await bob.chat.enter(kitchen);
await cyd.chat.enter(kitchen);
await bob.sees("[kitchen] Cyd joined");
await cyd.chat.say(kitchen, "soup is ready");
for (const client of [bob, cyd]) await client.sees("[kitchen] Cyd: soup is ready");
await bob.chat.leave(kitchen);
await cyd.sees("[kitchen] Bob left");

// a server that is killed, and one that shuts down
console.log("Cyd's server is killed");
await servers[2]!.end("SIGKILL");
for (const client of [ada, bob]) await client.sees("[lobby] Cyd left");
const error = await ada.chat.whisper(lobby, "Cyd", "Tea?").catch((error) => error);
console.log(`Ada whispers to Cyd: ${error.message}`);
console.log("Bob's server shuts down");
await servers[1]!.end("SIGINT");
await ada.sees("[lobby] Bob left");
await ada.close();
await servers[0]!.end("SIGINT");
