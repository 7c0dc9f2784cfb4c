import type { Package } from "../peers.ts";
import { serveSockets } from "../sockets.ts";
import type { RoomSubject } from "./subject.ts";

/** The least that a program does that keeps its sockets itself: one text, and a loop. */
export const byHand: RoomSubject = {
  async serve({ rooms }) {
    const all = Array.from({ length: rooms }, () => new Set<Package>());
    const port = await serveSockets((socket) => {
      socket.onmessage = ({ data }: { readonly data: string }) => {
        const room = all[Number(data)]!;
        room.add(socket);
        socket.onclose = () => room.delete(socket);
        socket.send("1");
      };
    }, 0);
    return {
      port,
      get size() {
        return all.reduce((sum, { size }) => sum + size, 0);
      },
      send(room, message) {
        // as long as the frame of this library
        const text = `[0,0,"hear",${JSON.stringify([message])},[],null,1]`;
        for (const socket of all[room]!) socket.send(text);
      },
    };
  },
  greeting: { path: "/", frames: (room) => [`${room}`], speaksFirst: true, answers: 1 },
};
