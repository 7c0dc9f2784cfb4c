import { type Package, peer } from "../peers.ts";
import { type Caller, newProvider, type Subject } from "../subject.ts";

export const socketIo: Subject = {
  async serve() {
    const { Server } = await peer("socket.io");
    const { createServer } = await import("node:http");
    const http = createServer();
    const server = new Server(http, { transports: ["websocket"], maxHttpBufferSize: 1e8 });
    server.on("connection", (socket: Package) => {
      const client: Caller = { plus: (x, y) => socket.emitWithAck("plus", x, y) };
      const { plus, echo, back } = newProvider(client);
      socket.on("plus", (x: number, y: number, done: Package) => done(plus(x, y)));
      socket.on("echo", (value: unknown, done: Package) => done(echo(value)));
      socket.on("back", async (count: number, done: Package) => done(await back(count)));
    });
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    return (http.address() as { port: number }).port;
  },
  clients: {
    "socket.io": async (port) => {
      const { io } = await peer("socket.io-client");
      const options = { transports: ["websocket"], forceNew: true };
      const socket = io(`http://127.0.0.1:${port}`, options);
      socket.on("plus", (x: number, y: number, done: Package) => done(x + y));
      await new Promise((resolve, reject) => {
        socket.on("connect", resolve);
        socket.on("connect_error", reject);
      });
      return {
        plus: (x, y) => socket.emitWithAck("plus", x, y),
        echo: (value) => socket.emitWithAck("echo", value),
        back: (count) => socket.emitWithAck("back", count),
        bytes: (value) => socket.emitWithAck("echo", value),
        close: () =>
          new Promise((resolve) => {
            socket.io.engine.on("close", () => resolve());
            socket.disconnect();
          }),
      };
    },
  },
};
