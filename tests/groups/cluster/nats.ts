/** A real `nats-server` of a test, on a port of 127.0.0.1 that was free. */
import { connect, type NatsConnection } from "npm:@nats-io/transport-node@3.4.0";
import { soon } from "../../helpers/waiting.ts";

/** The executable. Debian's package puts it into a folder that not every user has in the path. */
const PROGRAMS: readonly string[] = [
  Deno.env.get("NATS_SERVER") ?? "nats-server",
  "/usr/sbin/nats-server",
];

/** A server that can be stopped and started again. */
export class NatsServer implements AsyncDisposable {
  #process: Deno.ChildProcess | undefined;
  readonly #port = freePort();

  static async start(): Promise<NatsServer> {
    const server = new NatsServer();
    await server.start();
    return server;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.#port}`;
  }

  /** Starts it, on the port that it had before. */
  async start(): Promise<void> {
    const child = spawn(["--addr", "127.0.0.1", "--port", `${this.#port}`]);
    this.#process = child;
    await soon(isReady(child.stderr), "nats-server listens");
  }

  /** Ends it at once, without a word to its clients. */
  async stop(): Promise<void> {
    this.#process?.kill("SIGKILL");
    await this.#process?.status;
    this.#process = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

function spawn(args: readonly string[]): Deno.ChildProcess {
  for (const program of PROGRAMS) {
    try {
      return new Deno.Command(program, { args: [...args], stdout: "null", stderr: "piped" })
        .spawn();
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  throw new Error("Cannot find nats-server: install it, or set NATS_SERVER to its path");
}

/**
 * A port below those that systems give to connections. While the server is stopped, none of them
 * can take it, such as one of a client that tries to reach the server again.
 */
function freePort(): number {
  for (let tries = 0; tries < 1_000; tries++) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    try {
      Deno.listen({ hostname: "127.0.0.1", port }).close();
      return port;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
  throw new Error("Cannot find a free port");
}

/** Reads the server's log to its end, so that the server can write it. */
async function isReady(log: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
  const reader = log.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("Server is ready")) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`Cannot start nats-server. Its log: ${text}`);
    text += value;
  }
  void drain(reader);
}

async function drain(reader: ReadableStreamDefaultReader<string>): Promise<void> {
  while (!(await reader.read()).done);
}

/** Connects as docs/SCALING.md advises. */
export function natsConnection(url: string): Promise<NatsConnection> {
  return connect({ servers: url, maxReconnectAttempts: -1, reconnectTimeWait: 500 });
}
