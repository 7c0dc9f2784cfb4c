/**
 * A job queue in Node: two workers run the jobs of all users, in the order in which they come in.
 *
 *     npm install sheetbend ws zod
 *     npm install --save-dev tsx @types/node
 *     npx tsx server.ts 8080
 *
 * On SIGTERM or Ctrl+C, it refuses jobs that are queued, and finishes those that are running. A
 * second signal ends the process at once.
 */
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type ConnectionEvent,
  currentCall,
  type Driver,
  validated,
  WebSocketServer,
  withOptions,
} from "sheetbend";
import {
  Header,
  Job,
  type JobErrorCode,
  type JobRecord,
  type JobScreen,
  type JobServer,
} from "./shared.ts";
import { Workers } from "./workers.ts";

/** How long running jobs can take after the signal to shut down, in ms. */
const GRACE = 30_000;

const users = new Map([["ada-token", "ada"], ["bob-token", "bob"]]);

/** By user. A real server would forget old ones. */
const records = new Map<string, JobRecord[]>([["ada", []], ["bob", []]]);

const workers = new Workers(2);

/** Aborts when the server shuts down. */
const draining = new AbortController();

/** An error whose code is sent to the client. */
function jobError(code: JobErrorCode, message: string): Error {
  return Object.assign(new Error(message), { name: "JobError", code });
}

async function run(user: string, screen: Driver<JobScreen>, { id, images }: Job): Promise<string> {
  const { signal } = currentCall(); // aborts on cancel, at the deadline and on close
  const record: JobRecord = { id, state: "queued", step: 0 };
  records.get(user)!.push(record);

  /** Never rejects: a client that can't show the progress still gets its result. */
  async function report(message: string): Promise<void> {
    const percent = Math.round(100 * record.step / images.length);
    await withOptions(screen, { signal }).progress(id, { percent, message }).catch(() => {});
  }

  let release: (() => void) | undefined;
  try {
    release = await workers.take(
      AbortSignal.any([signal, draining.signal]),
      (place) => void report(`queued at place ${place}`),
    );
    record.state = "running";
    console.log(`${user}: ${id} started`);
    for (const image of images) {
      await resize(id, image, signal);
      record.step++;
      await report(`${image} resized`); // otherwise it can arrive after the result
    }
    record.state = "done";
    console.log(`${user}: ${id} done`);
    return `resized ${images.length}`;
  } catch (error) {
    record.state = signal.aborted ? "stopped" : "failed";
    if (signal.aborted) console.log(`${user}: ${id} stopped, because its caller no longer waits`);
    throw error;
  } finally {
    release?.();
  }
}

/** The jobs whose images couldn't be stored at first. */
const delayed = new Set<string>();

/** Simulates the work. Rejects as soon as the signal aborts. */
async function resize(id: string, image: string, signal: AbortSignal): Promise<void> {
  await sleep(40, undefined, { signal });
  if (image === "corrupt.png") throw jobError("CORRUPT_IMAGE", `Cannot read ${image}`);
  if (image === "flaky.png" && !delayed.has(id)) {
    delayed.add(id);
    throw jobError("STORAGE_BUSY", `Cannot store ${image} now`);
  }
}

/** Logs what isn't about a call: calls are logged with the user's name, below. */
function onEvent(event: ConnectionEvent): void {
  if (event.type === "limit" && !event.method) console.log(`limit ${event.limit} exceeded`);
  if (event.type === "error") console.log(`error: ${event.error}`);
}

const server = new WebSocketServer<Header, JobServer, JobScreen>();
await server.open({
  port: Number(process.argv[2] ?? 0),
  hostname: "127.0.0.1",
  header: Header,
  limits: { servedCalls: 4 }, // at the same time, of one client
  onEvent,
}, async (acceptor) => {
  const user = users.get(acceptor.header.token);
  if (user === undefined) return await acceptor.reject(3001, "Unknown token");
  console.log(`${user} connected`);
  acceptor.on("return", ({ function: { listener }, return: { success, value } }) => {
    const isStop = value?.name === "AbortError" || value?.name === "DeadlineError";
    if (success || isStop) return; // run() has logged that it was stopped
    console.log(`${user}: ${listener} failed: ${value.name}: ${value.message}`);
  });
  const screen = acceptor.getDriver({ timeout: 60_000 }); // a stuck client must not keep a worker
  await acceptor.accept({
    run: validated({ input: [Job] }, (job) => run(user, screen, job)),
    records: () => records.get(user)!,
  });
  await acceptor.join();
  console.log(`${user} disconnected`);
});
console.log(`listening on ws://127.0.0.1:${server.address!.port}`);

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, async () => {
    console.log(`${signal}: shutting down`);
    draining.abort(jobError("SHUTTING_DOWN", "The server starts no more jobs"));
    await server.close({ grace: GRACE });
    console.log("closed");
  });
}
