// A user's program, as the compilers of npm's users see it. It is never run.
import tgrid, {
  type Driver,
  PortCommunicator,
  type PortLike,
  RemoteError,
  settles,
  SharedWorkerConnector,
  SharedWorkerServer,
  type StandardSchema,
  transfer,
  validated,
  WebSocketAcceptor,
  WebSocketConnector,
  WebSocketError,
  WebSocketServer,
} from "sheetbend";

interface Calculator {
  plus(x: number, y: number): number;
  scientific: { log(base: number, x: number): Promise<number> };
  identity<T>(value: T): Promise<T>;
  readonly version: string;
  _hidden(): void;
}
interface Person {
  name(): string;
}

export async function client(url: string): Promise<number> {
  await using connector = new WebSocketConnector<{ token: string }, Person, Calculator>(
    { token: "x" },
    { name: () => "Ada" },
  );
  await connector.connect(url, { timeout: 1_000, signal: AbortSignal.timeout(2_000) });
  const driver: Driver<Calculator> = connector.getDriver();
  const sum: Promise<number> = driver.plus(1, 2);
  const same: Promise<"a"> = driver.identity<"a">("a");
  // @ts-expect-error: a parameter of the wrong type
  void driver.plus("1", 2);
  // @ts-expect-error: what is no function does not travel
  void driver.version;
  // @ts-expect-error: hidden names do not either
  void driver._hidden();
  // @ts-expect-error: a result is a promise
  const wrong: number = driver.scientific.log(2, 32);
  void wrong;
  void same;
  if (connector.state === WebSocketConnector.State.OPEN) await connector.join(100);
  return await sum;
}

export async function server(): Promise<number> {
  const server = new WebSocketServer<{ token: string }, Calculator, Person>();
  await server.open({ port: 0 }, async (acceptor) => {
    const state: WebSocketAcceptor.State = acceptor.state;
    if (state !== WebSocketAcceptor.State.NONE || acceptor.header.token === "") {
      return await acceptor.reject(3001, "no");
    }
    await acceptor.accept({
      plus: (x, y) => x + y,
      scientific: { log: (base, x) => Promise.resolve(Math.log(x) / Math.log(base)) },
      identity: (value) => Promise.resolve(value),
      version: "1",
      _hidden() {},
    });
    const name: string = await acceptor.getDriver().name();
    void name;
  });
  const port: number | undefined = server.address?.port;
  await settles(server.close({ grace: 10 }), 1_000);
  return port ?? 0;
}

export async function checked(
  header: StandardSchema<string, { token: string; age: number }>,
  number: StandardSchema<string, number>,
): Promise<(text: string) => string> {
  const server = new WebSocketServer<unknown, object, null>();
  await server.open({ port: 0, header }, (acceptor) => {
    const age: number = acceptor.header.age;
    return age > 17 ? acceptor.accept({}) : acceptor.reject(3001, "too young");
  });
  const half = validated({ input: [number], output: number }, (x) => `${x / 2}`);
  const result: number = half("3");
  // @ts-expect-error: it takes what its schema takes
  half(result);
  return validated({ input: [number] }, (x) => x.toFixed(2));
}

export function statusOf(error: unknown): number | string {
  if (error instanceof WebSocketError) return error.status;
  if (error instanceof RemoteError) return error.name;
  return "unknown";
}

export async function ported(port: PortLike): Promise<number> {
  interface Images {
    size(pixels: Uint8Array): number;
  }
  const client = new PortCommunicator<null, Images>(port, null);
  const pixels = new Uint8Array(4);
  return await client.getDriver().size(transfer(pixels, [pixels.buffer]));
}

export async function shared(): Promise<number> {
  const server = new SharedWorkerServer<string, object, null>();
  await server.open((acceptor) => acceptor.header === "" ? acceptor.reject() : acceptor.accept({}));
  const connector = new SharedWorkerConnector<string, null, Calculator>("Ada", null);
  await connector.connect("worker.js", { timeout: 1_000 });
  const state: SharedWorkerConnector.State = connector.state;
  return state === SharedWorkerConnector.State.OPEN ? await connector.getDriver().plus(1, 2) : 0;
}

/** As programs for `tgrid` have it. */
export class Service {
  readonly #driver: tgrid.Driver<Person>;
  constructor(acceptor: tgrid.WebSocketAcceptor<null, object, Person>) {
    this.#driver = acceptor.getDriver();
  }
  name(): Promise<string> {
    return this.#driver.name();
  }
}
export const anything: typeof WebSocketAcceptor.upgrade = tgrid.WebSocketAcceptor.upgrade;
