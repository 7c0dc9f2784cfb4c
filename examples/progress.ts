/**
 * Callbacks: a client passes functions, and the server calls them while a job runs.
 *
 *     deno run --allow-net examples/progress.ts
 */
import {
  type Callback,
  callbacks,
  currentCall,
  type Proxied,
  proxy,
  structured,
  WebSocketConnector,
  WebSocketServer,
  withOptions,
} from "../mod.ts";

/** The client's function, as the server gets it: it returns a promise. */
type OnProgress = Callback<(done: number, total: number) => void>;

/** A job that runs on the server. The client gets a driver of it. */
class Job {
  #isPaused = false;

  pause(): void {
    this.#isPaused = true;
  }

  /** Runs until it's paused. */
  async run(steps: number, onProgress: OnProgress): Promise<string> {
    for (let done = 1; done <= steps; done++) {
      await onProgress(done, steps);
      if (this.#isPaused) return `paused after ${done}`;
    }
    return "finished";
  }
}

/** What the server offers. */
const studio = {
  /** Awaits each report, so that the client has seen them all when the call returns. */
  async render(frames: number, onProgress: OnProgress): Promise<string> {
    const { signal } = currentCall();
    for (let done = 1; done <= frames; done++) {
      if (signal.aborted) {
        console.log(`server: stopped before frame ${done}`);
        break;
      }
      await onProgress(done, frames);
    }
    return `${frames} frames`;
  },

  /** `proxy` passes the job by reference, not as a copy. */
  job: (): Proxied<Job> => proxy(new Job()),
};
type Studio = typeof studio;

const use = [structured, callbacks];
await using server = new WebSocketServer<null, Studio, null>();
await server.open({ port: 0, hostname: "127.0.0.1", use }, (acceptor) => acceptor.accept(studio));

await using connector = new WebSocketConnector<null, null, Studio>(null, null);
await connector.connect(`ws://127.0.0.1:${server.address!.port}`, { use });
const remote = connector.getDriver<Studio, false, "structured">();

const rendered = await remote.render(
  3,
  (done, total) => console.log(`rendering: ${done}/${total}`),
);
console.log(`rendered ${rendered}`);

// A callback can cancel the call that it belongs to.
const control = new AbortController();
const render = withOptions(remote.render, { signal: control.signal });
const canceled = await render(1_000, (done) => {
  console.log(`rendering: ${done}/1000`);
  if (done === 2) control.abort(new Error("the user has seen enough"));
}).catch((error) => error);
console.log(`not rendered: ${canceled.message}`);

// `using` releases the job at the end of the block. The server's collector can then free it.
{
  using job = await remote.job();
  const outcome = await job.run(100, async (done) => {
    console.log(`job: step ${done}`);
    if (done === 2) await job.pause(); // a call inside of a call
  });
  console.log(`job: ${outcome}`);
}
