/**
 * Sequential small calls, as a ratio to a hand-written JSON echo over the same kind of sockets. The
 * two take turns in windows of one run, because on a shared machine separate runs can't be compared.
 *
 *   deno task bench           prints the ratio of each round
 *   deno task bench --check   and exits 1 if the best of them is under 0.8
 */
import { WebSocketConnector } from "../../mod.ts";
import { callEcho } from "./echo.ts";

const ROUNDS = 3;
const WINDOW_MS = 400;
const WARM_UP_MS = 300;
const LEAST = 0.8;

type Plus = (x: number, y: number) => Promise<unknown>;

const server = new Deno.Command(Deno.execPath(), {
  args: ["run", "-A", "--quiet", ...importMap(), new URL("servers.ts", import.meta.url).href],
  stdin: "piped",
  stdout: "piped",
}).spawn();
try {
  const ports = await firstLine(server.stdout);
  const echo = await openEcho(ports.echo);
  const ours = await openOurs(ports.ours);
  await callsIn(echo.plus, WARM_UP_MS);
  await callsIn(ours.plus, WARM_UP_MS);

  const ratios: number[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    const floor = await callsIn(echo.plus, WINDOW_MS);
    const calls = await callsIn(ours.plus, WINDOW_MS);
    const again = await callsIn(echo.plus, WINDOW_MS); // on both sides: the machine drifts
    const ratio = calls / ((floor + again) / 2);
    ratios.push(ratio);
    console.log(
      `round ${round}: ${perSecond(calls)} calls/s, ratio to the echo ${ratio.toFixed(3)}`,
    );
  }
  const best = Math.max(...ratios);
  console.log(`sequential small calls, best of ${ROUNDS} rounds: ${best.toFixed(3)} of the echo`);
  await Promise.all([echo.close(), ours.close()]);
  if (Deno.args.includes("--check") && best < LEAST) {
    console.error(`the ratio is under ${LEAST}`);
    Deno.exitCode = 1;
  }
} finally {
  await server.stdin.close();
  await server.status;
}

async function openEcho(port: number): Promise<{ plus: Plus; close(): Promise<void> }> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  const call = callEcho(socket);
  return {
    plus: (x, y) => call("plus", x, y),
    close: () =>
      new Promise((resolve) => {
        socket.onclose = () => resolve();
        socket.close();
      }),
  };
}

async function openOurs(port: number): Promise<{ plus: Plus; close(): Promise<void> }> {
  type Remote = { plus(x: number, y: number): number };
  const connector = new WebSocketConnector<null, null, Remote>(null, null);
  await connector.connect(`ws://127.0.0.1:${port}`);
  const driver = connector.getDriver();
  return { plus: (x, y) => driver.plus(x, y), close: () => connector.close() };
}

/** How many calls, one after the other, go through in so many ms. */
async function callsIn(plus: Plus, ms: number): Promise<number> {
  let calls = 0;
  for (const end = performance.now() + ms; performance.now() < end; calls++) {
    if (await plus(calls, 1) !== calls + 1) throw new Error("Cannot measure: a wrong answer");
  }
  return calls;
}

function perSecond(calls: number): string {
  return Math.round(calls / WINDOW_MS * 1_000).toLocaleString("en");
}

async function firstLine(
  stream: ReadableStream<Uint8Array>,
): Promise<{ echo: number; ours: number }> {
  let text = "";
  for await (const part of stream.pipeThrough(new TextDecoderStream())) {
    text += part;
    if (text.includes("\n")) return JSON.parse(text);
  }
  throw new Error("Cannot measure: the servers did not start");
}

/** The arrangement that this process runs in is the child's too. */
function importMap(): string[] {
  const flags = new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-A", new URL("../std_flags.ts", import.meta.url).href],
  }).outputSync();
  return new TextDecoder().decode(flags.stdout).trim().split(/\s+/).filter((flag) => flag !== "");
}
