/**
 * A job server. It authenticates its clients, validates their arguments, limits the jobs of each
 * user, reports progress, stops jobs whose callers no longer wait, and shuts down gracefully.
 *
 *     deno run --allow-net examples/jobs/server.ts 8080
 *
 * On SIGTERM or Ctrl+C, it refuses new jobs and waits for those that are running. A second signal
 * ends the wait.
 */
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "npm:zod@4";
import {
  type ConnectionEvent,
  currentCall,
  type Driver,
  reconnection,
  settles,
  validated,
  type WebSocketAcceptor,
  WebSocketServer,
  withOptions,
} from "../../mod.ts";
import {
  Header,
  Images,
  type JobErrorCode,
  type JobsApi,
  type JobStatus,
  type ProgressApi,
} from "./shared.ts";

/** How many jobs of one user can run at the same time. */
const MAX_RUNNING = 2;

/** How long a shutdown waits for running jobs, in ms. */
const GRACE = 30_000;

/** The jobs that a shutdown waits for. */
const running = new Set<Promise<unknown>>();
let isDraining = false;

/** An error whose code is sent to the client. */
function jobError(code: JobErrorCode, message: string): Error {
  return Object.assign(new Error(message), { code });
}

/** One user, with the jobs of all of their connections. */
class Account {
  readonly user: string;
  readonly #jobs = new Map<string, JobStatus>(); // a real server would forget old ones
  #busyImages = 0;

  constructor(user: string) {
    this.user = user;
  }

  status(id: string): JobStatus | null {
    return this.#jobs.get(id) ?? null;
  }

  async resize(id: string, images: string[], client: Driver<ProgressApi>): Promise<number> {
    const { signal } = currentCall(); // before the first await
    const known = this.#jobs.get(id);
    if (known?.state === "done") return known.resized; // a retry, because the result got lost
    if (isDraining) throw jobError("SHUTTING_DOWN", "The server starts no new jobs");
    if (known?.state === "running") throw jobError("ALREADY_RUNNING", "This job is running");
    const count = [...this.#jobs.values()].filter(({ state }) => state === "running").length;
    if (count >= MAX_RUNNING) throw jobError("TOO_MANY_JOBS", `${count} jobs are running`);

    const job: JobStatus = { state: "running", resized: 0 };
    this.#jobs.set(id, job);
    const screen = withOptions(client, { signal, timeout: 60_000 });
    try {
      for (const image of images) {
        await this.#resizeImage(image, signal);
        job.resized++;
        // a client that can't show the progress still gets its result
        await screen.progress(id, job.resized, images.length).catch(() => {});
      }
      job.state = "done";
      return job.resized;
    } catch (error) {
      job.state = signal.aborted ? "stopped" : "failed";
      if (signal.aborted) console.log(`${this.user}: job stopped, its caller no longer waits`);
      throw error;
    }
  }

  /** Simulates the work. Rejects as soon as the signal aborts. */
  async #resizeImage(image: string, signal: AbortSignal): Promise<void> {
    await sleep(20, undefined, { signal });
    if (image === "broken.png") throw jobError("BAD_IMAGE", `Cannot decode ${image}`);
    if (image === "busy.png" && this.#busyImages++ === 0) {
      throw jobError("STORAGE_BUSY", `Cannot store ${image} now`);
    }
  }
}

const accounts = new Map([
  ["token-of-ada", new Account("Ada")],
  ["token-of-bob", new Account("Bob")],
]);

/** Decides about a client. */
async function welcome(acceptor: WebSocketAcceptor<Header, JobsApi, ProgressApi>): Promise<void> {
  const account = accounts.get(acceptor.header.token);
  if (account === undefined) {
    console.log("rejected a client with an unknown token");
    return await acceptor.reject(3001, "Unknown token");
  }
  const { user } = account;
  if (isDraining) {
    console.log(`rejected ${user}, because the server is shutting down`);
    return await acceptor.reject(1012, "The server is restarting");
  }
  console.log(`${user} connected`);
  acceptor.on("return", ({ function: { listener }, return: { success, value } }) => {
    if (success || isCancellation(value)) return; // resize() has logged that it was stopped
    console.log(`${user}: ${listener} failed with ${value.code ?? value.name}`);
  });
  await acceptor.accept({
    whoAmI: () => user,
    status: validated({ input: [z.uuid()] }, (id) => account.status(id)),
    resize: validated({ input: [z.uuid(), Images] }, (id, images) => {
      const job = account.resize(id, images, acceptor.getDriver());
      running.add(job);
      return job.finally(() => running.delete(job));
    }),
  });
  await acceptor.join();
  console.log(`${user} disconnected`);
}

function isCancellation({ name }: Error): boolean {
  return name === "AbortError" || name === "DeadlineError";
}

/** Logs what isn't about a call: calls are logged with the user's name, above. */
function onEvent(event: ConnectionEvent): void {
  const { ip } = event.peer;
  if (event.type === "limit" && !event.method) console.log(`${ip}: limit ${event.limit} exceeded`);
  if (event.type === "error") console.log(`${ip}: ${event.error}`);
}

const server = new WebSocketServer<Header, JobsApi, ProgressApi>();
await server.open({
  port: Number(Deno.args[0] ?? 0),
  hostname: "127.0.0.1",
  header: Header,
  use: [reconnection()], // after a lost connection, jobs go on, and their clients get the results
  limits: { frameBytes: 2 ** 16, headerBytes: 4_096, servedCalls: 64 },
  onEvent,
}, welcome);
console.log(`listening on ws://127.0.0.1:${server.address!.port}`);

const secondSignal = Promise.withResolvers<void>();

/**
 * Waits for the jobs, and then closes the server. With `close({ grace })` alone, new clients would
 * be refused without a code and a reason.
 */
async function shutDown(): Promise<void> {
  if (isDraining) return secondSignal.resolve();
  isDraining = true;
  console.log("shutting down");
  await settles(Promise.race([Promise.allSettled(running), secondSignal.promise]), GRACE);
  // when all jobs are done, their results may not have been sent yet
  await server.close({ grace: running.size === 0 ? 5_000 : 0 });
  console.log("closed");
}

for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, shutDown);
