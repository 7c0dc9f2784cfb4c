import { type Bus, Group, natsBus, WebSocketAcceptor } from "../../../mod.ts";
import { type Package, peer } from "../peers.ts";
import { serveSockets } from "../sockets.ts";
import type { Message, RoomSubject } from "./subject.ts";

interface Guest {
  hear(message: Message): void;
}

/** What a connector offers, apart from what only Deno's client does. */
const LINK = {
  version: 1,
  features: ["frames", "batch", "cancel", "deadline", "quiet", "refusals"],
  values: ["json"],
};

export const ours: RoomSubject = {
  async serve({ rooms, bus: url }) {
    const bus = url === undefined ? undefined : await busOf(url);
    const groups: Group<Guest>[] = [];
    for (let room = 0; room < rooms; room++) {
      groups.push(new Group<Guest>(`room ${room}`, { bus, onEvent: fault }));
    }
    await Promise.all(groups.map((group) => group.open()));
    const sockets = groups.map(() => new Set<Package>());
    const port = await serveSockets((socket, request) => {
      type Acceptor = WebSocketAcceptor<number, null, Guest>;
      WebSocketAcceptor.upgrade(request, socket, async (acceptor: Acceptor) => {
        await acceptor.accept(null);
        groups[acceptor.header]!.add(acceptor);
        const room = sockets[acceptor.header]!.add(socket);
        void acceptor.join().finally(() => room.delete(socket));
      }, { heartbeat: Infinity });
    }, 0);
    const drivers = groups.map((group) => group.getDriver());
    return {
      port,
      get size() {
        return groups.reduce((sum, group) => sum + group.size, 0);
      },
      send: (room, message) => void drivers[room]!.hear(message),
      loop(room, message) {
        const text = `[0,0,"hear",${JSON.stringify([message])},[],null,1]`; // our frame
        for (const socket of sockets[room]!) socket.send(text);
      },
    };
  },
  greeting: {
    path: "/",
    frames: (room) => [JSON.stringify({ header: room, link: LINK })],
    speaksFirst: true,
    answers: 1,
  },
};

async function busOf(url: string): Promise<Bus> {
  const { connect } = await peer("@nats-io/transport-node");
  return natsBus(await connect({ servers: url }));
}

/** A lost message would be a wait that never ends. */
function fault(event: { readonly type: string; readonly error?: unknown }): void {
  if (event.type === "error") console.error(event.error);
}
