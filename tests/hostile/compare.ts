/**
 * The hostile table against other makes, each in a process of its own that is started again when it
 * died. Writes what it measured into docs/HOSTILE.md.
 *
 *     deno run -A $(deno run -q -A tools/std_flags.ts) tests/hostile/compare.ts
 *
 * With the names of makes as arguments it prints the figures of these alone.
 */
import type { Child } from "./child.ts";
import { type HonestClient, type Make, makes, VERSIONS } from "./compare/makes.ts";
import { isNeutral, type Verdict, verdictOf } from "./compare/neutral.ts";
import { figuresOf, type Found, writeTables } from "./compare/tables.ts";
import type { Outcome, Phase, Row } from "./row.ts";
import { groups } from "./rows/all.ts";
import { dialRaw, upgradeRequest } from "./wire/tcp.ts";

/** The groups that say something about the transport alone. */
const TRANSPORT = ["requests for an upgrade", "frames", "closes"];

/** One make under attack. */
class Attacked {
  readonly #make: Make;
  readonly #folder: string;
  #child!: Child;
  #port = 0;
  #before!: HonestClient;
  #cases = 0;

  constructor(make: Make, folder: string) {
    this.#make = make;
    this.#folder = folder;
  }

  async start(): Promise<void> {
    this.#child = this.#make.start(this.#folder);
    const told = await this.#child.firstLine<number | { roomy: number }>();
    this.#port = typeof told === "number" ? told : told.roomy;
    this.#before = await this.#make.honest(this.#port);
  }

  async stop(): Promise<void> {
    await this.#before.close().catch(() => {}); // it may be gone with its process
    this.#child.kill();
    await this.#child.end().catch(() => {}); // it was killed
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  async run(row: Row, phase: Phase): Promise<Verdict> {
    const verdict = await this.#attack(row, phase);
    const aftermath = await this.#aftermath();
    if (aftermath === undefined) return verdict;
    await this.restart();
    return aftermath;
  }

  /** By how many megabytes it grows when 640 MB are asked for and not read. */
  async growth(): Promise<number> {
    const peer = await dialRaw(this.#port);
    peer.path = this.#make.path("accept", ++this.#cases);
    peer.write(upgradeRequest(peer.path));
    await peer.until(({ isUpgraded }) => isUpgraded, 3_000);
    await this.#make.greet(peer, undefined);
    const before = await megabytesOf(this.#child.pid);
    peer.pause();
    for (let id = 1; id <= 640; id++) {
      peer.text(this.#make.asks(id, 2 ** 20));
      if (this.#make.name === "capnweb") peer.text(`["pull",${id}]`);
    }
    let most = before;
    for (let look = 0; look < 60; look++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      most = Math.max(most, await megabytesOf(this.#child.pid));
    }
    peer.destroy();
    return most - before;
  }

  async #attack(row: Row, phase: Phase): Promise<Verdict> {
    const isTransport = this.#make.level === "transport";
    const gets = row.gets[phase]!;
    // a call of ours is 1 in the rows: some count over the whole process
    if (gets.calls !== undefined && this.#make.name === "tgrid") await this.restart();
    const peer = await dialRaw(this.#port);
    try {
      const handler = row.handler ?? (phase === "undecided" ? "late" : "accept");
      peer.path = this.#make.path(handler, ++this.#cases);
      if (phase !== "tcp") {
        peer.write(upgradeRequest(peer.path));
        await peer.until(({ isUpgraded }) => isUpgraded, 3_000);
      }
      if (phase === "undecided") peer.text('{"header":null}');
      if (phase === "accepted") await this.#make.greet(peer, undefined);
      if (gets.calls !== undefined) {
        await peer.until(({ texts }) => texts.join().includes('"second"'), 3_000);
      }
      peer.reader.forget();
      for (const step of row.does) await step(peer);
      const outcomes = (): Promise<readonly Outcome[] | null> => this.#outcomes(peer.path);
      return await verdictOf(peer, gets, { isTransport, outcomes });
    } finally {
      peer.destroy();
    }
  }

  async #outcomes(path: string): Promise<readonly Outcome[] | null> {
    return await this.#before.outcomes?.(path) ?? null;
  }

  async #aftermath(): Promise<"died" | "others" | undefined> {
    const isFine = await this.#isFine();
    if (!this.#child.lives) return "died";
    if (isFine) return undefined;
    await new Promise((resolve) => setTimeout(resolve, 300)); // it may be dying
    return this.#child.lives ? "others" : "died";
  }

  async #isFine(): Promise<boolean> {
    try {
      const before = await this.#before.echo("before");
      const fresh = await this.#make.honest(this.#port);
      const after = await fresh.echo("after");
      await fresh.close();
      return before === "before" && after === "after";
    } catch {
      return false;
    }
  }
}

async function megabytesOf(pid: number): Promise<number> {
  const { stdout } = await new Deno.Command("ps", { args: ["-o", "rss=", "-p", String(pid)] })
    .output();
  return Number(new TextDecoder().decode(stdout)) / 1_024;
}

/** The other makes and their servers, in a folder of their own. */
async function install(): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "sheetbend-hostile-" });
  await Deno.writeTextFile(`${folder}/package.json`, '{"private":true,"type":"module"}');
  const packages = Object.entries(VERSIONS).map(([name, version]) => `${name}@${version}`);
  await run("npm", ["install", "--no-audit", "--no-fund", ...packages], folder);
  const here = new URL("compare/", import.meta.url);
  for await (const { name } of Deno.readDir(here)) {
    if (name.endsWith(".mjs")) await Deno.copyFile(new URL(name, here), `${folder}/${name}`);
  }
  const provider = new URL("victims/provider.ts", import.meta.url).pathname;
  await run(Deno.execPath(), ["bundle", "-q", provider, "-o", `${folder}/provider.mjs`], folder);
  return folder;
}

async function run(command: string, args: readonly string[], folder: string): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, { args: [...args], cwd: folder })
    .output();
  if (!success) throw new Error(`Cannot run ${command}: ${new TextDecoder().decode(stderr)}`);
}

async function compare(make: Make, folder: string): Promise<Found> {
  const attacked = new Attacked(make, folder);
  const isTransport = make.level === "transport";
  const verdicts: { group: string; reason: string; verdict: Verdict }[] = [];
  await attacked.start();
  for (const [group, rows] of Object.entries(groups)) {
    if (isTransport && !TRANSPORT.includes(group)) continue;
    for (const row of rows) {
      for (const phase of Object.keys(row.gets) as Phase[]) {
        if (!isNeutral(row, phase, isTransport)) continue;
        const verdict = await attacked.run(row, phase);
        verdicts.push({ group, reason: `${row.reason} (${phase})`, verdict });
      }
    }
    console.error(`${make.name}: ${group}, ${verdicts.length} cases so far`);
  }
  const growth = await attacked.growth();
  await attacked.stop();
  return { make, verdicts, growth };
}

if (import.meta.main) {
  const { version } = JSON.parse(await Deno.readTextFile("deno.json"));
  const folder = await install();
  try {
    const found: Found[] = [];
    for (const make of makes(version)) {
      if (Deno.args.length > 0 && !Deno.args.includes(make.name)) continue;
      found.push(await compare(make, folder));
    }
    if (Deno.args.length > 0) console.log(figuresOf(found));
    else await writeTables(found, "docs/HOSTILE.md");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
