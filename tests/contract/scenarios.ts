import { goOn, pause, SOON } from "./check.ts";
import { Journal } from "./journal.ts";
import type { Acceptor, Library, Make, Remote, Server } from "./library.ts";
import { everything, tell, type Visit } from "./provider.ts";
import { listen, portOf, Spares } from "./spares.ts";

/** One connection as a scenario has it. */
interface Scene extends Visit {
  readonly query: URLSearchParams;
  /** Drivers that other connections lent, by name. */
  readonly lent: Record<string, Remote>;
}

/** Decides about a connection in its own way. */
type Scenario = (scene: Scene) => unknown;

function number(scene: Scene, name: string): number | undefined {
  const text = scene.query.get(name);
  return text === null ? undefined : Number(text);
}

/** Accepts, and notes what programs look at. */
function accept(scene: Scene, provider: object | null = everything(scene)): Promise<void> {
  const { acceptor, note } = scene;
  const accepted = acceptor.accept(provider);
  note("state after accept()", acceptor.state);
  acceptor.join().then(() => note("joined", acceptor.state));
  return accepted;
}

/** Closes as the address says. */
function close(scene: Scene): Promise<void> {
  return scene.acceptor.close(number(scene, "code"), scene.query.get("reason") ?? undefined);
}

/** What an act comes to: nothing, or the error that it throws or is rejected with. */
async function outcome(scene: Scene, act: () => unknown): Promise<unknown> {
  try {
    await act();
    return "done";
  } catch (error) {
    return tell(scene.lib, error);
  }
}

/** Notes the outcome, and whether it was thrown instead of returned as a promise. */
async function noted(scene: Scene, event: string, act: () => unknown): Promise<void> {
  let isThrown = true;
  const outcomeOf = outcome(scene, () => {
    const result = act();
    isThrown = false;
    return result;
  });
  const thrown = isThrown;
  scene.note(event, { thrown, outcome: await outcomeOf });
}

/** Calls that a server makes right after it accepted, where nothing else is asked for. */
const EARLY = 20;

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  "/accept": (scene) => accept(scene),
  "/null": (scene) => accept(scene, null),
  "/never": () => {},
  "/throw": () => {
    throw new Error("a secret of the server");
  },
  "/fail": async () => {
    await pause(1);
    throw new Error("a secret of the server");
  },
  async "/accept-throw"(scene) {
    await accept(scene);
    throw new Error("a secret of the server");
  },
  async "/late"(scene) {
    await pause(number(scene, "ms") ?? 0);
    await accept(scene);
  },
  "/return-first"(scene) {
    const late = pause(number(scene, "ms") ?? 0).then(() => accept(scene));
    late.catch((error) => scene.note("late accept", tell(scene.lib, error)));
  },
  async "/hold"(scene) {
    await accept(scene);
    await scene.acceptor.join();
    scene.note("handler done", scene.acceptor.state);
  },
  async "/reject"(scene) {
    const { acceptor, note, query } = scene;
    const rejected = acceptor.reject(number(scene, "status"), query.get("reason") ?? undefined);
    note("state after reject()", acceptor.state);
    note("reject", await outcome(scene, () => rejected));
    note("state at the end", acceptor.state);
  },
  async "/reject-long"({ acceptor }) {
    await acceptor.reject(3001, `${"a".repeat(121)}ü${"b".repeat(200)}`);
  },
  async "/twice"(scene) {
    await accept(scene);
    await noted(scene, "second accept", () => scene.acceptor.accept(null));
    await noted(scene, "late reject", () => scene.acceptor.reject(3009, "too late"));
    scene.note("state at the end", scene.acceptor.state);
  },
  async "/reject-accept"(scene) {
    const rejected = scene.acceptor.reject(3001, "no");
    await noted(scene, "accept", () => scene.acceptor.accept(null));
    await noted(scene, "second reject", () => scene.acceptor.reject(3002, "no"));
    await rejected;
  },
  async "/before"(scene) {
    const { acceptor } = scene;
    const driver = acceptor.getDriver(); // given away before the decision
    await noted(scene, "call", () => driver.plus(1, 2));
    await noted(scene, "join", () => acceptor.join());
    await noted(scene, "close", () => acceptor.close());
    await noted(scene, "ping", () => acceptor.ping(1_000));
    await accept(scene);
    scene.note("same driver", driver === acceptor.getDriver());
  },
  async "/early"(scene) {
    const driver = scene.acceptor.getDriver();
    const accepted = accept(scene);
    const length = number(scene, "calls") ?? EARLY;
    const calls = Array.from({ length }, (_, i) => driver.early(i));
    scene.note("answers", await Promise.all([accepted, ...calls]));
  },
  async "/ping"(scene) {
    await accept(scene);
    scene.note("returned by ping()", scene.acceptor.ping(2) === undefined);
  },
  async "/close"(scene) {
    const accepted = accept(scene);
    await Promise.all([accepted, close(scene)]);
  },
  async "/close-soon"(scene) {
    await accept(scene);
    await pause(SOON);
    await close(scene);
  },
  async "/go-on"(scene) {
    await accept(scene);
    const driver = scene.acceptor.getDriver();
    for (let i = 0; i < 4; i++) void goOn((n) => driver.same(n));
    scene.note("unreturned", await outcome(scene, () => driver.never()));
  },
  async "/lend"(scene) {
    scene.lent[scene.query.get("name")!] = scene.acceptor.getDriver();
    await accept(scene);
  },
  async "/relay"(scene) {
    await accept(scene, { lent: scene.lent });
  },
  async "/swap"(scene) {
    const { acceptor } = scene;
    const second = { answer: () => "second" };
    const first = { answer: () => "first", swap: () => acceptor.setProvider(second) };
    await accept(scene, first);
    scene.note("the very object", acceptor.getProvider() === first);
  },
  async "/listen"(scene) {
    listenTo(scene);
    await accept(scene);
  },
  async "/request"(scene) {
    const { acceptor, note } = scene;
    note("has headers", typeof acceptor.request?.headers === "object");
    await accept(scene);
  },
};

/** Looks on, as programs that log do, and changes what travels. */
function listenTo({ acceptor, note }: Scene): void {
  acceptor.on("receive", (event) => {
    const { type, time, function: { listener, parameters } } = event;
    note("receive", [type, time instanceof Date, listener, parameters]);
    if (listener === "plus") parameters[0].value *= 10;
  });
  acceptor.on("return", (event) => {
    const { type, function: call, return: result, requested_at, completed_at } = event;
    const dates = requested_at instanceof Date && completed_at instanceof Date;
    const isError = result.value instanceof Error;
    note(`return of ${call.listener}`, [type, dates, result.success, isError]);
    if (call.listener === "plus") result.value += 1_000;
  });
  acceptor.on("receive", () => {
    throw new Error("a listener that fails");
  });
}

/** At the first question mark: what follows may hold others. */
function splitPath(path: string): [string, string] {
  const mark = path.indexOf("?");
  return mark < 0 ? [path, ""] : [path.slice(0, mark), path.slice(mark + 1)];
}

/** Plays the scenario that the path of a connection names. */
export function playScenario(scene: Omit<Scene, "query">): unknown {
  const { acceptor, note } = scene;
  const [path, search] = splitPath(acceptor.path);
  note("path", acceptor.path);
  note("header", [acceptor.header === undefined ? "undefined" : "given", acceptor.header]);
  note("ip", acceptor.ip);
  note("state in the handler", acceptor.state);
  return (SCENARIOS[path] ?? accept)({ ...scene, query: new URLSearchParams(search) });
}

/** The scenarios' server over a library. The path of an address chooses the scenario. */
export interface ScenarioServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Opens it. `/control` is not a scenario: its provider tells a case what the server's side saw of
 * the connection with an id, and opens servers for those that need one of their own.
 */
export async function openScenarios(lib: Library, make: Make): Promise<ScenarioServer> {
  const journal = new Journal();
  const lent: Record<string, Remote> = {};
  const handler = (acceptor: Acceptor): unknown => {
    const [path, search] = splitPath(acceptor.path);
    if (path === "/control") return acceptor.accept(control);
    const id = new URLSearchParams(search).get("id") ?? "";
    const note = (event: string, value: unknown): void => journal.note(id, event, value);
    return playScenario({ lib, acceptor, lent, note });
  };
  const spares = new Spares(lib, make, handler);
  const control = {
    saw: (id: string, event: string) => journal.saw(id, event),
    has: (id: string, event: string) => journal.has(id, event),
    openSpare: (limits: Record<string, number>) => spares.open(limits),
    closeSpare: (port: number, grace?: number) => spares.close(port, grace),
    reopenSpare: (port: number) => spares.reopen(port),
    closeAgain: (port: number) => spares.closeAgain(port),
    occupy: (port: number) => spares.occupy(port),
  };
  const server: Server = new lib.WebSocketServer();
  await listen(server, handler, { make });
  return {
    port: portOf(server),
    async close() {
      await spares.closeAll();
      await server.close();
    },
  };
}
