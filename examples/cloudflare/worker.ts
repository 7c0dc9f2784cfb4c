/**
 * A Cloudflare Worker with a page, and a route for RPC.
 *
 *     npm install sheetbend
 *     npm install --save-dev wrangler
 *     npx wrangler dev
 */
import { type Driver, WebSocketAcceptor } from "sheetbend";

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

export default {
  fetch(request: Request): Response {
    const { pathname } = new URL(request.url);
    if (pathname === "/") return new Response("The calculator is at /rpc");
    if (pathname !== "/rpc") return new Response("Not found", { status: 404 });
    return WebSocketAcceptor.upgrade<null, Calculator, Screen>(
      request,
      (acceptor) => acceptor.accept(new Calculator(acceptor.getDriver())),
      { ip: request.headers.get("cf-connecting-ip") ?? undefined },
    );
  },
};
