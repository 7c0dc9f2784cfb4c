/**
 * An Express app in Node: Express serves the pages, and the `ws` package handles upgrades on the
 * same port.
 *
 *     npm install express ws sheetbend
 *     npm install --save-dev tsx @types/express @types/ws
 *     npx tsx server.ts
 */
import express from "express";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Driver, WebSocketAcceptor } from "sheetbend";
import { WebSocketServer as Upgrader } from "ws";

/** What a client offers. */
interface Screen {
  show(line: string): void;
}

/** What the server offers. Each client gets its own calculator. */
class Calculator {
  readonly #screen: Driver<Screen>;

  constructor(screen: Driver<Screen>) {
    this.#screen = screen;
  }

  async plus(x: number, y: number): Promise<number> {
    await this.#screen.show(`${x} + ${y}`);
    return x + y;
  }
}

const app = express();
app.get("/", (_request, response) => {
  response.type("text").send("The calculator is at /rpc");
});

const server = createServer(app);
const upgrader = new Upgrader({ noServer: true });
server.on("upgrade", (request, stream, head) => {
  stream.on("error", () => {}); // an unhandled error would end the process
  if (new URL(request.url ?? "/", "http://localhost").pathname !== "/rpc") {
    stream.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n");
    return;
  }
  upgrader.handleUpgrade(request, stream, head, (socket) => {
    WebSocketAcceptor.upgrade<null, Calculator, Screen>(
      request,
      socket,
      (acceptor) => acceptor.accept(new Calculator(acceptor.getDriver())),
    );
  });
});

server.listen(Number(process.env.PORT ?? 3000), "127.0.0.1", () => {
  const { address, port } = server.address() as AddressInfo;
  console.log(`http://${address}:${port}`);
});
