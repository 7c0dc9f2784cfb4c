/**
 * How often a call waits for a delayed ACK: `src/ends/client_pacer.ts` says why it would. Each send goes
 * over a connection that was quiet. Deno on both ends, linked.
 *
 *   deno run -A tools/bench/stall.ts            200 sends of each kind, pinned and not
 *   deno run -A tools/bench/stall.ts --sends=40 --without
 *                                               fewer; and the same without the workaround
 *
 * Take the import map's flag with you, where `tools/std_flags.ts` prints one.
 */
import process from "node:process";
import { type Driver, WebSocketConnector, WebSocketServer } from "../../mod.ts";
import { Bench, CLIENT_CORE, linesOf, SERVER_CORE } from "./processes.ts";
import { spreadOf } from "./statistics.ts";

/** More than any call takes by itself, and less than a delayed ACK, in ms. */
const STALLED = 20;
/** Longer than the server goes on to speak, in ms. */
const QUIET = 50;

const provider = {
  plus: (x: number, y: number) => x + y,
  echo: (value: string) => value,
  wait: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
};
type Calls = Driver<typeof provider>;
type Case = readonly [name: string, send: (driver: Calls) => Promise<unknown>];

/** What a client prints, a line a case. */
interface Row {
  readonly name: string;
  readonly stalled: number;
  readonly median: number;
  readonly most: number;
}

interface Asked {
  readonly port: number;
  readonly sends: number;
  readonly isCured: boolean;
  readonly only: string;
}

const CASES: readonly Case[] = [
  ["one small call", (driver) => driver.plus(1, 2)],
  ["a small call while a slow one is pending", (driver) => driver.plus(1, 2)],
  ["8 kB while a slow call is pending", (driver) => driver.echo("x".repeat(8_000))],
  ["8 kB right after a small call", (driver) => {
    void driver.plus(1, 2);
    return Promise.resolve().then(() => driver.echo("x".repeat(8_000)));
  }],
  ...[2, 5, 10, 20, 50, 100, 200, 500].map((count): Case => [
    `${count} calls at once`,
    (driver) => Promise.all(Array.from({ length: count }, (_, i) => driver.plus(i, 1))),
  ]),
  ...[1, 2, 4, 8, 16, 32, 48, 64, 65].map((kB): Case => [
    `one payload of ${kB} kB`,
    (driver) => driver.echo("x".repeat(kB * 1_000)),
  ]),
];

switch (process.argv[2]) {
  case "server":
    await serve();
    break;
  case "client":
    await measure(JSON.parse(process.argv[3]!));
    process.exit(0);
    break;
  default:
    await report(process.argv.slice(2));
}

async function serve(): Promise<void> {
  const server = new WebSocketServer<null, typeof provider, null>();
  const here = { port: 0, hostname: "127.0.0.1" };
  await server.open(here, (acceptor) => acceptor.accept(provider));
  console.log(JSON.stringify({ port: server.address!.port }));
  process.stdin.on("data", () => {});
  process.stdin.on("end", () => process.exit(0));
}

async function measure({ port, sends, isCured, only }: Asked): Promise<void> {
  const connector = new WebSocketConnector<null, null, typeof provider>(null, null);
  // a socket of the user's own make is not known to hold frames back
  const own = isCured ? {} : { socket: (url: string) => new WebSocket(url) };
  await connector.connect(`ws://127.0.0.1:${port}`, own);
  const driver = connector.getDriver();
  for (const [name, send] of CASES.filter(([name]) => name.includes(only))) {
    const times: number[] = [];
    for (let i = 0; i < sends; i++) {
      await sleep(QUIET);
      const slow = name.includes("slow") ? driver.wait(60) : undefined;
      if (slow !== undefined) await sleep(10 * Math.random());
      const begun = performance.now();
      await send(driver);
      times.push(performance.now() - begun);
      await slow;
    }
    const { median, most } = spreadOf(times);
    const stalled = times.filter((ms) => ms > STALLED).length;
    console.log(JSON.stringify({ name, stalled, median, most } satisfies Row));
  }
  await connector.close();
}

async function report(args: readonly string[]): Promise<void> {
  const option = (name: string) => args.find((arg) => arg.startsWith(`--${name}=`))?.split("=")[1];
  const sends = Number(option("sends") ?? 200);
  const only = option("only") ?? "";
  await using bench = new Bench();
  for (const isCured of args.includes("--without") ? [false, true] : [true]) {
    for (const isPinned of [true, false]) {
      const what = `${isCured ? "with" : "without"} the workaround, ${
        isPinned ? "pinned" : "not pinned"
      }`;
      console.log(`\n${what}: of ${sends} sends`);
      await run(bench, { sends, only, isCured, isPinned });
    }
  }
}

async function run(
  bench: Bench,
  { isPinned, ...asked }: Omit<Asked, "port"> & { readonly isPinned: boolean },
): Promise<void> {
  const core = (pinned: number) => ({
    runtime: "deno" as const,
    core: isPinned ? pinned : undefined,
  });
  const server = await bench.start("stall.ts", ["server"], core(SERVER_CORE));
  const lines = linesOf(server);
  const { value } = await lines.next();
  const argument = JSON.stringify({ ...asked, ...JSON.parse(value!) } satisfies Asked);
  const client = await bench.start("stall.ts", ["client", argument], core(CLIENT_CORE));
  let lone: number | undefined;
  for await (const line of linesOf(client)) {
    const { name, stalled, median, most }: Row = JSON.parse(line);
    lone ??= median;
    console.log(
      `${name.padEnd(42)} over ${STALLED} ms: ${String(stalled).padStart(3)}   ` +
        `median ${median.toFixed(2)} ms (× ${(median / lone).toFixed(1)}), most ${
          most.toFixed(1)
        } ms`,
    );
  }
  await client.status;
  await client.stdin.close().catch(() => {}); // it has ended by itself
  await server.stdin.close();
  await lines.return(undefined);
  await server.status;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
