/** A server process: `server.ts URL_OF_NATS NAME`. It prints its ports, and ends with its input. */
import {
  Group,
  type GroupEvent,
  type Member,
  natsBus,
  type WebSocketAcceptor,
  WebSocketServer,
} from "../../../mod.ts";
import { natsConnection } from "./nats.ts";
import { Caller } from "./caller.ts";
import type { Control, Guest, Name, Ticket } from "./shared.ts";

/** How many broadcasts leave before the process reads what arrived. */
const BURST = 50;

type Client = WebSocketAcceptor<Ticket, null, Guest>;

/** A group of this process, and what the test asks about it. */
class Room {
  readonly name: string;
  readonly group: Group<Guest, Name>;
  readonly local = new Map<Client, Member<Name>>();
  readonly known = new Set<string>();
  sent = 0;

  constructor(name: string) {
    this.name = name;
    this.group = new Group(name, { bus, onEvent: (event) => this.#note(event) });
  }

  add(client: Client): void {
    this.local.set(client, this.group.add(client, { name: client.header.name }));
  }

  #note(event: GroupEvent<Name>): void {
    if (event.type === "error") errors.push(Deno.inspect(event.error));
    if (event.type === "join") this.known.add(event.member.id);
    if (event.type === "leave") this.known.delete(event.member.id);
  }
}

const [url, processName] = Deno.args as [string, string];
const nats = await natsConnection(url);
const bus = natsBus(nats);
const rooms = new Map<string, Room>();
const errors: string[] = [];
const clients = new Set<Client>();
let caller: Caller | undefined;
let sent = 0;

function roomOf(name: string): Room {
  return rooms.get(name)!;
}

const control: Control = {
  async open(names) {
    for (const name of names) rooms.set(name, new Room(name));
    await Promise.all([...rooms.values()].map(({ group }) => group.open()));
  },
  size: () => [...rooms.values()].reduce((sum, { group }) => sum + group.size, 0),
  async broadcast(count) {
    const all = [...rooms.values()];
    for (let done = 0; done < count; done++) {
      const room = all[sent++ % all.length]!;
      await room.group.getDriver().hear(room.name, processName, room.sent++);
      if (done % BURST === 0) await new Promise((resolve) => setTimeout(resolve, 0));
    }
  },
  sent: () => Object.fromEntries([...rooms].map(([name, { sent }]) => [name, sent])),
  local: (room) => [...roomOf(room).local.values()],
  members: (room) => roomOf(room).group.members(),
  known: (room) => [...roomOf(room).known],
  errors: () => errors,
  beginCalls(room, ids) {
    caller = new Caller(ids.map((id) => roomOf(room).group.member(id).getDriver()));
  },
  endCalls: () => caller!.end(),
  async churn(seed, count) {
    let state = seed;
    const random = (below: number) => (state = (state * 16_807) % 2_147_483_647) % below;
    const everybody = [...clients], all = [...rooms.values()];
    for (let done = 0; done < count; done++) {
      const room = all[random(all.length)]!;
      const client = everybody[random(everybody.length)]!;
      if (room.local.delete(client)) room.group.remove(client);
      else room.add(client);
      if (done % BURST === 0) await new Promise((resolve) => setTimeout(resolve, random(3)));
    }
  },
};

const server = new WebSocketServer<Ticket, null, Guest>();
await server.open({ port: 0, hostname: "127.0.0.1" }, async (acceptor) => {
  await acceptor.accept(null);
  clients.add(acceptor);
  for (const name of acceptor.header.rooms) roomOf(name).add(acceptor);
  await acceptor.join();
  clients.delete(acceptor);
  for (const { local } of rooms.values()) local.delete(acceptor);
});
const controlServer = new WebSocketServer<null, Control, null>();
await controlServer.open(
  { port: 0, hostname: "127.0.0.1" },
  (acceptor) => acceptor.accept(control),
);
console.log(JSON.stringify([server, controlServer].map(({ address }) => address!.port)));

await Deno.stdin.readable.pipeTo(new WritableStream()); // the test closes it, or has ended
await Promise.all([...rooms.values()].map(({ group }) => group.close()));
await Promise.all([server.close(), controlServer.close()]);
await nats.close();
