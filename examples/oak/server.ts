/**
 * An Oak app with one route for RPC. Oak creates its own responses, so the response of an upgrade
 * is stored, and returned to `Deno.serve` instead of Oak's.
 *
 *     deno run --allow-net --allow-env examples/oak/server.ts
 *
 * The casts are for Oak from npm, which has its own `Request` types. `jsr:@oak/oak` needs none.
 */
import { Application, Router } from "npm:@oakserver/oak@14"; // or jsr:@oak/oak
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

const upgrades = new WeakMap<Request, Response>();
const router = new Router();
router.get("/", ({ response }) => {
  response.body = "The calculator is at /rpc";
});
router.get("/rpc", (context) => {
  const request = context.request.source as unknown as Request;
  const upgrade = WebSocketAcceptor.upgrade<null, Calculator, Screen>(
    request,
    (acceptor) => acceptor.accept(new Calculator(acceptor.getDriver())),
    { ip: context.request.ip },
  );
  upgrades.set(request, upgrade);
  context.respond = false;
});

const app = new Application();
app.use(router.routes());

// app.listen() wouldn't return the stored response, and doesn't work with Oak from npm
Deno.serve({
  port: Number(Deno.env.get("PORT") ?? 3000),
  hostname: "127.0.0.1",
  onListen: ({ hostname, port }) => console.log(`http://${hostname}:${port}`),
}, async (request, { remoteAddr }) => {
  const response = await app.handle(request as never, remoteAddr as never);
  const upgrade = upgrades.get(request);
  if (upgrade !== undefined) return upgrade;
  if (response === undefined) return new Response("Not found", { status: 404 });
  return new Response(response.body as ReadableStream | null, response as unknown as ResponseInit);
});
