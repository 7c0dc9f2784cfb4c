/**
 * Runs the job server in a process, with clients that are rejected, canceled, refused and cut off.
 *
 *     deno run --allow-net --allow-run examples/jobs/demo.ts
 *
 * Its arguments are passed to the `deno run` of the server. No outcome depends on how fast the
 * machine is: the demo waits for events, and holds jobs at their progress reports.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { describe, JobClient } from "./client.ts";

/** A job server in its own process. */
interface Server extends Disposable {
  readonly url: string;
  kill(signal: Deno.Signal): void;
  /** Waits until the server has logged this, and returns it. */
  logged(pattern: RegExp): Promise<string>;
  /** Waits until the process has ended, and returns its log. */
  end(): Promise<string[]>;
}

async function startServer(port = "0"): Promise<Server> {
  const file = new URL("server.ts", import.meta.url).href;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-net=127.0.0.1", ...Deno.args, file, port],
    stdout: "piped",
  }).spawn();
  const output = child.stdout.pipeThrough(new TextDecoderStream()).values();
  let log = "";
  let hasEnded = false;

  async function logged(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = pattern.exec(log);
      if (found !== null) return found[0];
      const { value, done } = await output.next();
      if (done) throw new Error(`The server has ended. Its log: ${log}`);
      log += value;
    }
  }

  async function end(): Promise<string[]> {
    for await (const text of output) log += text;
    const { code } = await child.status;
    hasEnded = true;
    const lines = [...log.trim().split("\n"), `exit code ${code}`];
    // a retried job can be refused more than once
    return lines.filter((line, i) => line !== lines[i - 1] || !line.includes("TOO_MANY_JOBS"));
  }

  return {
    url: await logged(/ws:.+(?=\n)/),
    kill: (signal) => child.kill(signal),
    logged,
    end,
    [Symbol.dispose]() {
      if (!hasEnded) child.kill("SIGKILL");
    },
  };
}

/** Holds a job at its progress reports, because the server waits until they return. */
class Hold {
  readonly #started = Promise.withResolvers<void>();
  readonly #released = Promise.withResolvers<void>();
  /** Resolves at the first report. */
  readonly started = this.#started.promise;
  readonly release = this.#released.resolve;

  readonly onProgress = async (): Promise<void> => {
    this.#started.resolve();
    await this.#released.promise;
  };
}

function say(name: string, line: string): void {
  console.log(`${name}: ${line}`);
}

function clientOf(name: string, token: string): JobClient {
  return new JobClient(first.url, token, (line) => say(name, line));
}

function images(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${index + 1}.png`);
}

function outcome(job: Promise<unknown>): Promise<string> {
  return job.then((count) => `resized ${count}`, describe);
}

function onProgress(done: number, total: number): void {
  say("Ada", `${done} of ${total}`);
}

/** The state of one of Ada's jobs, once it's no longer running. */
async function finalState(id: string): Promise<string | undefined> {
  for (;;) {
    const status = await ada.server.status(id);
    if (status?.state !== "running") return status?.state;
    await sleep(10);
  }
}

using first = await startServer();

// authentication
const eve = clientOf("Eve", "guess");
say("Eve", await outcome(eve.connect()));
const ada = clientOf("Ada", "token-of-ada");
await ada.connect();
say("Ada", `the server calls me ${await ada.server.whoAmI()}`);

// progress and validation
say("Ada", await outcome(ada.resize(images(3), { onProgress })));
say("Ada", await outcome(ada.resize([])));

// a timeout, and a canceled job
const slow = crypto.randomUUID();
const { onProgress: never } = new Hold();
say("Ada", await outcome(ada.resize(images(3), { id: slow, timeout: 1_000, onProgress: never })));
say("Ada", `the slow job is ${await finalState(slow)}`);
const unwanted = crypto.randomUUID();
const hold = new Hold();
const control = new AbortController();
const canceled = outcome(ada.resize(images(3), {
  id: unwanted,
  signal: control.signal,
  onProgress: hold.onProgress,
}));
await hold.started;
control.abort(new Error("No longer needed"));
say("Ada", await canceled);
say("Ada", `the canceled job is ${await finalState(unwanted)}`);

// a third job while two are running
const holds = [new Hold(), new Hold()];
const jobs = holds.map(({ onProgress }) => outcome(ada.resize(images(2), { onProgress })));
await Promise.all(holds.map(({ started }) => started));
jobs.push(outcome(ada.resize(images(4))));
await first.logged(/TOO_MANY_JOBS/);
for (const hold of holds) hold.release();
say("Ada", (await Promise.all(jobs)).join(", "));

// errors with codes: only the second one is retried
for (const image of ["broken.png", "busy.png"]) {
  say("Ada", await outcome(ada.resize(["1.png", image], { onProgress })));
}

// SIGTERM: the short job finishes, and the long one runs again on the next server
const [short, long] = [new Hold(), new Hold()];
const shortJob = outcome(ada.resize(images(2), { onProgress: short.onProgress }));
const longJob = outcome(ada.resize(images(3), { onProgress: long.onProgress }));
await Promise.all([short.started, long.started]);
first.kill("SIGTERM");
await first.logged(/shutting down/);
say("Bob", await outcome(clientOf("Bob", "token-of-bob").connect()));
short.release();
say("Ada", `the short job: ${await shortJob}`);
first.kill("SIGTERM"); // again, instead of waiting for the long job
const firstLog = await first.end();
long.release();
using second = await startServer(new URL(first.url).port);
say("Ada", `the long job: ${await longJob}`);

// Ctrl+C
await ada.close();
await second.logged(/Ada disconnected/);
second.kill("SIGINT");
for (const [name, log] of [["first", firstLog], ["second", await second.end()]] as const) {
  console.log(`The ${name} server's log:`);
  for (const line of log) console.log(`  ${line}`);
}
