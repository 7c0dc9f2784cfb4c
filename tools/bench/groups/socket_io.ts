import { createServer } from "node:http";
import { type Package, peer } from "../peers.ts";
import type { RoomSubject } from "./subject.ts";

/** No pings during a run: a member that is read as plain TCP answers none. In ms. */
const NEVER = 2 ** 31 - 1;

export const socketIo: RoomSubject = {
  async serve({ bus }) {
    const { Server } = await peer("socket.io");
    const http = createServer();
    const adapter = bus === undefined ? {} : { adapter: await redisAdapter(bus) };
    const server = new Server(http, { transports: ["websocket"], pingInterval: NEVER, ...adapter });
    let size = 0;
    server.on("connection", async (socket: Package) => {
      await socket.join(`room ${socket.handshake.auth.room}`);
      size++;
      socket.on("disconnect", () => size--);
    });
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    return {
      port: (http.address() as { port: number }).port,
      get size() {
        return size;
      },
      send: (room, message) => server.to(`room ${room}`).emit("hear", message),
    };
  },
  greeting: {
    path: "/socket.io/?EIO=4&transport=websocket",
    frames: (room) => [`40{"room":${room}}`],
    speaksFirst: false,
    answers: 2,
  },
};

async function redisAdapter(url: string): Promise<Package> {
  const { createAdapter } = await peer("@socket.io/redis-adapter");
  const { createClient } = await peer("redis");
  const publisher = createClient({ url });
  const subscriber = publisher.duplicate();
  await Promise.all([publisher.connect(), subscriber.connect()]);
  return createAdapter(publisher, subscriber);
}
