/** The message systems between processes: nats-server and redis-server, on free ports. */

/** Debian puts nats-server into a folder that not every user has in the path. */
const PROGRAMS = {
  nats: [Deno.env.get("NATS_SERVER") ?? "nats-server", "/usr/sbin/nats-server"],
  redis: [Deno.env.get("REDIS_SERVER") ?? "redis-server"],
} as const;

/** Which message system. */
export type BrokerName = keyof typeof PROGRAMS;

/** A message system in a process of its own. */
export class Broker implements AsyncDisposable {
  readonly url: string;
  readonly version: string;
  readonly #process: Deno.ChildProcess;

  private constructor(url: string, version: string, process: Deno.ChildProcess) {
    this.url = url;
    this.version = version;
    this.#process = process;
  }

  /** Starts one, and waits until it listens. */
  static async start(name: BrokerName): Promise<Broker> {
    const program = PROGRAMS[name].find(exists);
    if (program === undefined) {
      throw new Error(
        `Cannot measure: install ${name}-server, or set ${name.toUpperCase()}_SERVER`,
      );
    }
    const port = freePort();
    const args = name === "nats"
      ? ["--addr", "127.0.0.1", "--port", `${port}`]
      : ["--bind", "127.0.0.1", "--port", `${port}`, "--save", "", "--appendonly", "no"];
    const command = new Deno.Command(program, { args, stdout: "null", stderr: "null" });
    const broker = new Broker(`${name}://127.0.0.1:${port}`, versionOf(program), command.spawn());
    await listening(port);
    return broker;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process.status;
  }
}

function exists(program: string): boolean {
  try {
    return new Deno.Command(program, { args: ["--version"] }).outputSync().success;
  } catch {
    return false;
  }
}

function versionOf(program: string): string {
  const { stdout } = new Deno.Command(program, { args: ["--version"] }).outputSync();
  return /\d+\.\d+\.\d+/.exec(new TextDecoder().decode(stdout))?.[0] ?? "";
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}

async function listening(port: number): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port })).close();
      return;
    } catch (error) {
      if (!(error instanceof Deno.errors.ConnectionRefused)) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("Cannot measure: a message system doesn't listen");
}
