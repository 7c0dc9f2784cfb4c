/** Connections that are cut, with the built package in Node and Bun at either end. */
import { assertEquals, assertGreater, assertGreaterOrEqual } from "@std/assert";
import { type Fault, Proxy } from "../network/proxy.ts";
import { Random, seedOf } from "../network/random.ts";
import { Child } from "./child.ts";
import { folderWith, HEADS, programOf, type Runtime, RUNTIMES, textOf } from "./workshop.ts";

const CUTS = 20;
/** How many calls each end makes, at least. */
const CALLS = 2_000;
const WHOLE: Fault = { kind: "none", way: "up", at: 0 };

/** What `peers/cut_end.js` counts at one end. */
interface End {
  readonly ran: number;
  readonly made: number;
  readonly wrong: readonly string[];
}

let folder: Promise<string> | undefined;

function folderFor(): Promise<string> {
  return folder ??= textOf("peers/cut_end.js").then((text) =>
    folderWith({ packages: { ws: "ws8" }, files: { "main.mjs": HEADS.mjs + text } })
  );
}

async function start(runtime: Runtime, env: Record<string, string>): Promise<Child> {
  const command = [await programOf(runtime), `${await folderFor()}/main.mjs`];
  return new Child(command, { env: { CALLS: `${CALLS}`, DIALS: `${CUTS}`, ...env } });
}

/** The first one lets the client connect. */
function faultOf(random: Random, connection: number): Fault {
  if (connection >= CUTS) return WHOLE;
  const reach = random.of([300, 900, 9_000, 100_000]);
  return {
    kind: random.of(["cut", "reset"]),
    way: random.of(["up", "down"]),
    at: connection === 0 ? 2_000 : random.below(reach),
  };
}

RUNTIMES.forEach((runtime, at) => {
  const other = RUNTIMES[(at + 1) % RUNTIMES.length]!;
  Deno.test(`${CUTS} cuts lose no call and double none when ${runtime} serves ${other}`, async () => {
    const seed = seedOf("CUT_SEED");
    const random = new Random(seed);
    let connections = 0;
    await using server = await start(runtime, { SEED: `${seed}` });
    const { port } = JSON.parse(await server.line());
    await using proxy = await Proxy.open(port, () => faultOf(random, connections++));
    await using client = await start(other, { SEED: `${seed + 1}`, URL: proxy.url });
    const { code, lines, errors } = await client.rest();
    assertEquals([code, errors], [0, ""]);
    const result = JSON.parse(lines[0]!) as {
      readonly client: End;
      readonly server: End;
      readonly dials: number;
      readonly resumed: number;
    };
    assertEquals([result.client.wrong, result.server.wrong], [[], []]);
    assertEquals([result.server.ran, result.client.ran], [result.client.made, result.server.made]);
    assertGreaterOrEqual(Math.min(result.server.ran, result.client.ran), CALLS);
    assertGreaterOrEqual(result.dials, CUTS);
    assertGreater(result.dials, result.resumed); // some were cut in their handshake
    assertGreater(result.resumed, 0);
    const ended = await server.rest();
    assertEquals([ended.code, ended.errors, ended.lines], [0, "", []]);
  });
});
