/**
 * A chat server that shares its rooms with all others on the same `nats-server`. Start as many as
 * you like, on one machine or on several:
 *
 *     deno run --allow-net --allow-env examples/cluster/server.ts nats://127.0.0.1:4222 8080
 *
 * A real server would check who connects, and what they may enter: see `examples/jobs`.
 */
import { connect } from "npm:@nats-io/transport-node@3.4.0";
import {
  Group,
  type GroupEvent,
  natsBus,
  type WebSocketAcceptor,
  WebSocketServer,
} from "../../mod.ts";
import { type Chat, type Person, ROOMS, type Screen } from "./shared.ts";

/** How long calls can take after the signal to shut down, in ms. */
const GRACE = 10_000;

const [servers = "nats://127.0.0.1:4222", port = "0"] = Deno.args;
// without -1, the connection ends after ten attempts
const connection = await connect({ servers, maxReconnectAttempts: -1, reconnectTimeWait: 500 });
const bus = natsBus(connection, { prefix: "chat" });

type Room = Group<Screen, Person>;

const rooms = new Map<string, Room>();
for (const name of ROOMS) {
  const room: Room = new Group(name, { bus, onEvent: (event) => announce(room, event) });
  await room.open();
  rooms.set(name, room);
}

/** Each server tells its own clients who joined and left, on any server. */
function announce(room: Room, event: GroupEvent<Person>): void {
  if (event.type === "error") return console.error(event.error);
  if (event.type === "drop") return;
  const { type, member } = event;
  const line = `${member.info.name} ${type === "join" ? "joined" : "left"}`;
  room.getDriver({ local: true, except: [member] }).print(room.name, line);
}

function roomOf(name: string): Room {
  const room = rooms.get(name);
  if (room === undefined) throw new RangeError(`There is no room "${name}"`);
  return room;
}

/** What one client can do. */
function chatOf(acceptor: WebSocketAcceptor<Person, Chat, Screen>): Chat {
  const { name } = acceptor.header;
  return {
    async enter(room) {
      const group = roomOf(room);
      group.add(acceptor, { name });
      return (await group.members()).map(({ info }) => info.name).sort();
    },
    leave: (room) => void roomOf(room).remove(acceptor),
    say: (room, text) => roomOf(room).getDriver().print(room, `${name}: ${text}`),
    async whisper(room, to, text) {
      const members = await roomOf(room).members();
      const member = members.find(({ info }) => info.name === to);
      if (member === undefined) throw new Error(`${to} isn't here`);
      const screen = roomOf(room).member(member.id).getDriver({ timeout: 5_000 });
      return await screen.whisper(name, text);
    },
    async poll(room, question) {
      let asked = 0, yes = 0;
      const group = roomOf(room);
      for await (const answer of group.ask({ except: [acceptor] }).whisper(name, question)) {
        asked++;
        if ("value" in answer && answer.value === "yes") yes++;
      }
      return { asked, yes };
    },
  };
}

const server = new WebSocketServer<Person, Chat, Screen>();
await server.open(
  { port: Number(port), hostname: "127.0.0.1" },
  (acceptor) => acceptor.accept(chatOf(acceptor)),
);
console.log(`listening on ws://127.0.0.1:${server.address!.port}`);

async function shutDown(): Promise<void> {
  Deno.removeSignalListener("SIGINT", shutDown);
  await server.close({ grace: GRACE }); // its people leave their rooms
  for (const room of rooms.values()) await room.close();
  await connection.drain(); // sends what waits, and closes
}
Deno.addSignalListener("SIGINT", shutDown);
