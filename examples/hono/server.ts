/**
 * A Hono app with routes, middleware, and one route for RPC.
 *
 *     deno run --allow-net --allow-env=PORT examples/hono/server.ts
 */
import { Hono } from "npm:hono@4";
import { logger } from "npm:hono@4/logger";
import { type Driver, WebSocketAcceptor } from "../../mod.ts";

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

const app = new Hono<{ Bindings: Deno.ServeHandlerInfo<Deno.NetAddr> }>();
app.use(logger());
app.get("/", (c) => c.text("The calculator is at /rpc"));
app.get("/rpc", (c) =>
  WebSocketAcceptor.upgrade<null, Calculator, Screen>(
    c.req.raw,
    (acceptor) => acceptor.accept(new Calculator(acceptor.getDriver())),
    { ip: c.env.remoteAddr.hostname },
  ));

Deno.serve({
  port: Number(Deno.env.get("PORT") ?? 3000),
  hostname: "127.0.0.1",
  onListen: ({ hostname, port }) => console.log(`http://${hostname}:${port}`),
}, app.fetch);
