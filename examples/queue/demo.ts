/**
 * Runs the queue's server in a process, with jobs that are queued, canceled, refused and repeated.
 *
 *     npx tsx demo.ts
 *
 * No outcome depends on how fast the machine is: the demo waits for events, and holds jobs at their
 * progress reports.
 */
import { spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import process from "node:process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { mayHaveRun } from "sheetbend";
import { describe, JobClient, type RunOptions } from "./client.ts";
import type { JobRecord } from "./shared.ts";

/** A server in its own process. It doesn't outlive the demo. */
class ServerProcess {
  readonly #child;
  readonly #lines;
  readonly #closed;
  readonly #log: string[] = [];

  constructor(port = "0") {
    const file = fileURLToPath(new URL("server.ts", import.meta.url));
    const args = [...process.execArgv, file, port]; // with tsx, if the demo runs with it
    this.#child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    process.once("exit", () => this.#child.kill("SIGKILL"));
    this.#lines = createInterface(this.#child.stdout);
    this.#lines.on("line", (line) => this.#log.push(line));
    this.#closed = once(this.#child, "close");
  }

  /** Waits until the server has logged a line with this text, and returns the line. */
  async logged(text: string): Promise<string> {
    for (;;) {
      const line = this.#log.find((line) => line.includes(text));
      if (line !== undefined) return line;
      await once(this.#lines, "line");
    }
  }

  kill(signal: "SIGINT" | "SIGTERM"): void {
    this.#child.kill(signal);
  }

  /** Waits until the process has ended, and returns its log. */
  async end(): Promise<string[]> {
    const [code] = await this.#closed;
    const lines = [...this.#log, `exit code ${code}`];
    // a job that is tried again can be refused more than once
    return lines.filter((line, i) => line !== lines[i - 1] || !line.includes("BusyError"));
  }
}

/** A job that has been sent. */
interface StartedJob {
  /** Resolves at the first report. */
  readonly reported: Promise<unknown>;
  /** Resolves at the first error that is followed by another attempt. */
  readonly retried: Promise<unknown>;
  /** Lets a held job go on. */
  release(): void;
  readonly result: Promise<string>;
}

interface StartOptions extends RunOptions {
  /** Holds the job at its reports. */
  readonly isHeld?: boolean;
  /** Doesn't print the reports. */
  readonly isQuiet?: boolean;
}

/** Sends one of Ada's jobs, with these images, or with as many as the number says. */
function start(id: string, images: number | string[], options: StartOptions = {}): StartedJob {
  const { isHeld = false, isQuiet = false, ...rest } = options;
  const events = new EventEmitter();
  const reported = once(events, "report");
  const retried = once(events, "retry");
  const released = once(events, "release");
  const job = {
    id,
    images: typeof images === "number"
      ? Array.from({ length: images }, (_, index) => `${index + 1}.png`)
      : images,
  };
  const result = ada.run(job, {
    ...rest,
    async onProgress({ percent, message }) {
      if (!isQuiet) print(`${id}: ${percent}%, ${message}`);
      events.emit("report");
      if (isHeld) await released;
    },
    onRetry(error) {
      // only the first time, when `retried` is waiting for it
      if (events.emit("retry")) print(`${id}: trying again after ${failure(error)}`);
    },
  });
  return {
    reported,
    retried,
    release: () => void events.emit("release"),
    result: result.then((text) => `${id}: ${text}`, (error) => `${id}: ${failure(error)}`),
  };
}

function failure(error: unknown): string {
  return `${describe(error)}, may have run: ${mayHaveRun(error)}`;
}

function print(line: string): void {
  console.log(`  ${line}`);
}

async function scene(title: string, play: () => Promise<void>): Promise<void> {
  console.log(title);
  await play();
}

/** The record of one of Ada's jobs, once it's no longer running. */
async function recordOf(id: string): Promise<JobRecord | undefined> {
  for (;;) {
    const record = (await ada.records()).find((record) => record.id === id);
    if (record?.state !== "running") return record;
    await sleep(10);
  }
}

const ada = new JobClient("ada-token", print);
const bob = new JobClient("bob-token", print);
const stranger = new JobClient("?", print);

const first = new ServerProcess();
const url = /ws:.+/.exec(await first.logged("listening"))![0];

await scene("1. Tokens", async () => {
  await stranger.start(url).catch((error) => print(`stranger: ${describe(error)}`));
  await ada.start(url);
});

await scene("2. Progress", async () => {
  print(await start("one", 4).result);
});

await scene("3. Five jobs for two workers, at most four of one client, one canceled", async () => {
  const control = new AbortController();
  const a = start("a", 3, { isHeld: true });
  await a.reported;
  const b = start("b", 3, { isHeld: true, signal: control.signal });
  await b.reported;
  const c = start("c", 2);
  await c.reported;
  const d = start("d", 2);
  await d.reported;
  const e = start("e", 1, { isQuiet: true }); // whether it's queued depends on when it tries again
  await e.retried;
  control.abort(new Error("No longer needed"));
  const results = await Promise.all([b, c, d, e].map(({ result }) => result));
  a.release();
  for (const result of [await a.result, ...results]) print(result);
  print(`b: ${JSON.stringify(await recordOf("b"))}`);
});

await scene("4. A timeout", async () => {
  const late = start("late", 3, { isHeld: true, isQuiet: true, timeout: 1_000 });
  print(await late.result);
  print(`late: ${(await recordOf("late"))?.state}`);
});

await scene("5. Invalid arguments, and errors with codes", async () => {
  print(await start("none", 0).result);
  print(`none: ${JSON.stringify(await recordOf("none"))}`);
  for (const name of ["corrupt", "flaky"]) print(await start(name, [`${name}.png`]).result);
});

await scene("6. SIGTERM, and a new server", async () => {
  const x = start("x", 2, { isHeld: true });
  await x.reported;
  const y = start("y", 2, { isHeld: true });
  await y.reported;
  const z = start("z", 2);
  await z.reported;
  first.kill("SIGTERM");
  await z.retried;
  await bob.start(url).catch((error) => print(`bob: ${describe(error)}`));
  for (const job of [x, y]) {
    job.release();
    print(await job.result);
  }
  const firstLog = await first.end();
  const second = new ServerProcess(new URL(url).port);
  print(await z.result);
  await ada.stop();
  await second.logged("ada disconnected");
  second.kill("SIGINT"); // as Ctrl+C does
  for (const [name, log] of [["first", firstLog], ["second", await second.end()]] as const) {
    console.log(`The ${name} server's log:`);
    for (const line of log) print(line);
  }
});
