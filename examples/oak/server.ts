/**
 * Inside an oak app. oak makes its answer itself, so the answer to an upgrade is kept aside, and
 * `Deno.serve` gets it in place of oak's.
 *
 *     deno run --allow-net --allow-env examples/oak/server.ts
 *
 * The casts are for oak from npm, whose types speak of Node's `Request`; `jsr:@oak/oak` needs none.
 */
import { Application, Router } from "npm:@oakserver/oak@14"; // or jsr:@oak/oak
import { type Driver, WebSocketAcceptor } from "../../mod.ts";

/** What a client offers. */
interface Screen {
  show(line: string): void;
}

/** What this server offers: to each client an object of its own. */
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

// Not by app.listen, which makes nothing of the kept answer, and does not work where oak is npm's.
Deno.serve({
  port: Number(Deno.env.get("PORT") ?? 3000),
  hostname: "127.0.0.1",
  onListen: ({ hostname, port }) => console.log(`http://${hostname}:${port}`),
}, async (request, { remoteAddr }) => {
  const made = await app.handle(request as never, remoteAddr as never);
  const upgrade = upgrades.get(request);
  if (upgrade !== undefined) return upgrade;
  if (made === undefined) return new Response("Not found", { status: 404 });
  return new Response(made.body as ReadableStream | null, made as unknown as ResponseInit);
});
