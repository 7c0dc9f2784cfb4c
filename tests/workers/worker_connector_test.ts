import { assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";
import {
  ConnectionClosedError,
  type ConnectionEvent,
  NotSentError,
  RemoteError,
  StateError,
  structured,
  withOptions,
  WorkerConnector,
  WorkerError,
} from "../../mod.ts";
import { NPM_ONLY_MAP } from "../../tools/std_flags.ts";
import { soon, until } from "../helpers/waiting.ts";
import { CALCULATOR, calculatorConnector, connected, urlOf } from "./worker_pair.ts";

const MAP = import.meta.resolve("@std/assert").startsWith("file:")
  ? [`--import-map=${NPM_ONLY_MAP}`]
  : [];
const MOD = import.meta.resolve("../../mod.ts");

Deno.test("a connector has the states of TGrid's when it connects, closes and connects again", async () => {
  const { connector, lines } = calculatorConnector();
  const { State } = WorkerConnector;
  const driver = connector.getDriver();
  assertEquals([connector.state, connector.header], [State.NONE, { name: "Ada" }]);
  for (let times = 0; times < 2; times++) {
    const connecting = connector.connect(CALCULATOR, { use: [structured] });
    assertEquals(connector.state, State.CONNECTING);
    await connecting;
    assertEquals(connector.state, State.OPEN);
    assertEquals([await driver.name(), await driver.plus(1, 2)], ["Ada", 3]);
    const closing = connector.close();
    assertEquals(connector.state, State.CLOSING);
    await closing;
    assertEquals(connector.state, State.CLOSED);
  }
  assertEquals([State, lines], [{ NONE: -1, CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 }, []]);
});

Deno.test("connect(), compile() and calls are refused with their reason when the state is another", async () => {
  const { connector } = calculatorConnector();
  const connect = () => connector.connect(CALCULATOR);
  const compile = () => connector.compile("");
  const refused = async (why: string, ...acts: (() => Promise<unknown>)[]) => {
    for (const act of acts) await assertRejects(act, StateError, why);
  };
  await refused("isn't connected", () => connector.join());
  await assertRejects(() => connector.getDriver().name(), NotSentError, "isn't connected");
  const connecting = connect();
  await refused("Cannot connect: the connector is still connecting", connect);
  await refused("Cannot compile: the connector is still connecting", compile);
  await connecting;
  await refused("Cannot compile: the connector is already connected", compile);
  await refused("Cannot connect: the connector is already connected", connect);
  const closing = connector.close();
  await refused("closing", connect, compile);
  await closing;
  await connector.join();
  await assertRejects(() => connector.getDriver().name(), NotSentError, "is closed");
});

Deno.test("a worker and its program call each other when they are connected", async () => {
  const { connector, lines } = await connected();
  await using _closed = connector;
  assertEquals(await connector.getDriver().mean(1, 2, 6), 3);
  assertEquals(lines, ["3 numbers"]);
});

Deno.test("values and bytes arrive as they were when both sides use structured", async () => {
  const { connector } = await connected();
  await using _closed = connector;
  const value = { bytes: new Uint8Array([1, 2, 3]), map: new Map([[1, new Date(0)]]), big: 7n };
  const { echo } = connector.getDriver();
  assertEquals(await echo(value), value);
  const large = new Uint8Array(3_000_000).fill(5);
  assertEquals(await echo(large), large);
});

Deno.test("values are those of JSON when only the worker uses structured", async () => {
  const { connector } = await connected({ use: [] });
  await using _closed = connector;
  const echo = connector.getDriver().echo as (value: unknown) => Promise<unknown>;
  assertEquals(await echo({ at: new Date(0) }), { at: "1970-01-01T00:00:00.000Z" });
});

Deno.test("an error keeps its name and fields and has no remote stack when a function throws", async () => {
  const { connector } = await connected();
  await using _closed = connector;
  const error = await assertRejects(() => connector.getDriver().fail(), RemoteError, "too large");
  assertEquals([error.name, error.method, "limit" in error && error.limit], [
    "RangeError",
    "fail",
    7,
  ]);
  assertEquals(error.stack?.includes("calculator.ts"), false);
});

Deno.test("an error has its stack and cause when the worker exposes errors", async () => {
  await using connector = new WorkerConnector<null, null, { fail(): void }>(null, null);
  await connector.compile(
    `import { WorkerServer } from "${MOD}";
    const fail = () => { throw new Error("no", { cause: "why" }) };
    await new WorkerServer().open({ fail }, { exposeErrors: true });`,
  );
  const error = await assertRejects(() => connector.getDriver().fail(), RemoteError, "no");
  assertEquals([error.cause, /fail/.test(error.stack ?? "")], ["why", true]);
});

Deno.test("the function is told when a call is canceled or runs out of time", async () => {
  const { connector, lines } = await connected();
  await using _closed = connector;
  const driver = connector.getDriver();
  const control = new AbortController();
  const call = withOptions(driver, { signal: control.signal }).aborted();
  const canceled = assertRejects(() => call, DOMException);
  await driver.name(); // the worker has read the call
  control.abort();
  await canceled;
  const late = withOptions(driver, { timeout: 200 }).aborted();
  const error = await assertRejects(() => late);
  assertEquals((error as Error).name, "DeadlineError");
  await until(() => lines.length === 2, "both functions were aborted");
});

Deno.test("a function's result arrives when it closes the server", async () => {
  const { connector } = await connected();
  const driver = connector.getDriver();
  const hang = assertRejects(() => driver.hang(), ConnectionClosedError);
  assertEquals(await driver.leave(), "so long");
  await soon(connector.join(), "the connection is closed");
  await hang;
  assertEquals(connector.state, WorkerConnector.State.CLOSED);
});

Deno.test("join() reports whether the connection is closed when it has a limit", async () => {
  const { connector } = await connected();
  assertEquals(await connector.join(1), false);
  assertEquals(await connector.join(new Date(0)), false);
  const joined = connector.join();
  await connector.close();
  await joined;
  assertEquals(await connector.join(1), true);
});

Deno.test("events report the worker's file when it opens and closes", async () => {
  const events: ConnectionEvent[] = [];
  const { connector } = await connected({ onEvent: (event) => events.push(event) });
  await connector.close();
  assertEquals(events.map((event) => [event.type, event.peer?.path]), [
    ["open", CALCULATOR],
    ["close", CALCULATOR],
  ]);
});

Deno.test("a limit counts when the program sets it for its worker", async () => {
  const events: ConnectionEvent[] = [];
  const onEvent = (event: ConnectionEvent) => void events.push(event);
  const { connector } = await connected({ limits: { frameBytes: 100_000 }, onEvent });
  const error = await assertRejects(() => connector.getDriver().echo("x".repeat(90_000).split("")));
  assertInstanceOf(error, WorkerError);
  assertEquals(events.flatMap((one) => one.type === "limit" ? [one.limit] : []), ["frameBytes"]);
  await soon(connector.join(), "it is closed");
});

Deno.test("a program may be a path, a URL or a text when it is started", async () => {
  const path = CALCULATOR.replace(/^file:\/\//, "").replace(`${Deno.cwd()}/`, "");
  for (const file of [path, `./${path}`, `${Deno.cwd()}/${path}`, CALCULATOR]) {
    const { connector } = calculatorConnector();
    await connector.connect(file);
    assertEquals([file, await connector.getDriver().plus(2, 3)], [file, 5]);
    await connector.close();
  }
  await using connector = new WorkerConnector<null, null, { twice(x: number): number }>(null, null);
  await connector.compile(
    `import { WorkerServer } from "${MOD}"; await new WorkerServer().open({ twice: (x) => 2 * x });`,
  );
  assertEquals(await connector.getDriver().twice(4), 8);
});

Deno.test("the worker has no more permissions when the option deno takes them", async () => {
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--unstable-worker-options", ...MAP, urlOf("permissions.ts")],
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assertEquals(out, '[ "read", "NotCapable" ]\n', err);
});

Deno.test("connect() rejects with the signal's reason when it aborts, and connects again", async () => {
  const { connector } = calculatorConnector();
  const control = new AbortController();
  const connecting = connector.connect(CALCULATOR, { signal: control.signal });
  control.abort(new RangeError("changed my mind"));
  await assertRejects(() => connecting, RangeError, "changed my mind");
  assertEquals(connector.state, WorkerConnector.State.NONE);
  await assertRejects(() => connector.connect(CALCULATOR, { signal: control.signal }), RangeError);
  const later = new AbortController();
  await connector.connect(CALCULATOR, { signal: later.signal });
  later.abort();
  assertEquals(await connector.getDriver().plus(1, 1), 2);
  await connector.close();
});

Deno.test("compile() starts nothing when close() or the signal comes first", async () => {
  const connector = new WorkerConnector(null, null);
  const program = `throw new Error("it was started")`;
  const compiling = assertRejects(() => connector.compile(program), ConnectionClosedError);
  assertEquals(connector.state, WorkerConnector.State.CONNECTING);
  await connector.close();
  await compiling;
  const signal = AbortSignal.abort(new RangeError("enough"));
  await assertRejects(() => connector.compile(program, { signal }), RangeError, "enough");
  assertEquals(connector.state, WorkerConnector.State.NONE);
});

Deno.test("connect() names the option when it doesn't exist or is invalid", async () => {
  const connector = new WorkerConnector(null, null);
  const fails = (options: object, why: string) =>
    assertRejects(() => connector.connect(CALCULATOR, options as never), TypeError, why);
  await fails({ timeOut: 5 }, 'Did you mean "timeout"?');
  await fails({ wire: "Plain" }, 'Did you mean "plain"?');
  await fails({ signal: new AbortController() }, '"signal" must be an AbortSignal');
  assertEquals(connector.state, WorkerConnector.State.NONE);
  const make = () => new WorkerConnector(null, null, "threads" as "thread");
  assertThrows(make, TypeError, 'Did you mean "thread"?');
});

Deno.test("both wire formats work when connect() chooses one", async () => {
  for (const wire of ["plain", "linked"] as const) {
    const { connector, lines } = await connected({ wire });
    await using _closed = connector;
    assertEquals([await connector.getDriver().mean(4, 6), lines], [5, ["2 numbers"]]);
  }
});

Deno.test("the server's states and refusals are TGrid's when it opens and closes", async () => {
  const lines: unknown[] = [];
  const note = (...values: unknown[]) => void lines.push(values);
  const connector = new WorkerConnector<string, { note: typeof note }, { again(): unknown }>(
    "header",
    { note },
  );
  await connector.connect(urlOf("states.ts"));
  assertEquals(await connector.getDriver().again(), ["StateError", 1]);
  await connector.close();
  assertEquals(lines, [[
    [-1, "header", -1],
    ["StateError", "NotSentError"],
    [0, 1],
    { NONE: -1, OPENING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 },
  ]]);
});
