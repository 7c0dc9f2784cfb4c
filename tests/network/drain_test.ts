import { assertEquals, assertRejects } from "@std/assert";
import { NotSentError, RemoteError, WebSocketConnector, WebSocketError } from "../../mod.ts";
import { connectedTo, opened, statusOf } from "../helpers/servers.ts";
import { gate, PATIENCE, soon, until } from "../helpers/waiting.ts";
import { importMap } from "../../tools/load/program.ts";
import { Proxy } from "./proxy.ts";

type Work = { work(ms: number): string };

/** The example, as a user runs it. */
class Example implements AsyncDisposable {
  readonly #process = new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--no-prompt", "--allow-net=127.0.0.1", ...importMap(), FILE],
    cwd: new URL("../../", import.meta.url),
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  readonly #reader = this.#process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  readonly #errors = new Response(this.#process.stderr).text();
  out = "";

  /** Waits until it has printed this, or has ended. */
  async says(text: RegExp): Promise<string> {
    for (let read = 0; read < 100 && !text.test(this.out); read++) {
      const { value, done } = await this.#reader.read();
      if (done) break;
      this.out += value;
    }
    return text.exec(this.out)?.[0] ?? `${this.out}${await this.#errors}`;
  }

  signal(name: Deno.Signal): void {
    try {
      this.#process.kill(name);
    } catch {
      // it has ended already
    }
  }

  /** Its code, and what it printed as errors, when it has ended by itself. */
  async end(): Promise<{ code: number; errors: string }> {
    const watchdog = setTimeout(() => this.signal("SIGKILL"), PATIENCE);
    const { code } = await this.#process.status;
    clearTimeout(watchdog);
    await this.says(/never/);
    return { code, errors: await this.#errors };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.signal("SIGKILL");
    await this.#process.status;
    await this.#reader.cancel();
    await this.#errors;
  }
}

const FILE = "examples/drain/server.ts";

async function connected(url: string): Promise<WebSocketConnector<null, null, Work>> {
  const connector = new WebSocketConnector<null, null, Work>(null, null);
  await connector.connect(url);
  return connector;
}

if (Deno.build.os !== "windows") { // there SIGTERM ends a process, whatever it listens to
  Deno.test("examples/drain finishes its calls and ends when it gets SIGTERM", async () => {
    await using example = new Example();
    const url = await example.says(/ws:\S+/);
    const [worker, idle] = [await connected(url), await connected(url)];
    const work = worker.getDriver().work(600);
    await idle.getDriver().work(0); // both calls have begun
    const joined = Promise.all([worker.join(), idle.join()]);
    example.signal("SIGTERM");
    assertEquals(await example.says(/shutting down/), "shutting down");
    await assertRejects(() => connected(url), WebSocketError); // 503
    assertEquals(await work, "worked for 600 ms");
    await joined;
    const { code, errors } = await example.end();
    assertEquals({ code, errors }, { code: 0, errors: "" });
    assertEquals(example.out.split("\n").slice(1), ["shutting down", "closed", ""]);
  });

  Deno.test("examples/drain ends at once when it gets SIGTERM and nobody is there", async () => {
    await using example = new Example();
    await example.says(/ws:\S+/);
    example.signal("SIGTERM");
    assertEquals(await example.end(), { code: 0, errors: "" });
  });
}

Deno.test("close() with a grace refuses, finishes and says why when calls run", async () => {
  const done = gate<string>();
  const server = await opened((acceptor) => void acceptor.accept({ work: () => done.promise }));
  const connector = await connectedTo(server);
  const work = connector.getDriver().work!();
  const idle = await connectedTo(server);
  const hanging = assertRejects(() => idle.getDriver().none!(), RemoteError).then(() =>
    idle.join()
  );
  const closing = server.close({ grace: PATIENCE });
  assertEquals(await statusOf(server), 503);
  done.open("done");
  assertEquals(await work, "done");
  const late = connector.getDriver().work!(); // begun within the grace: it is let finish too
  assertEquals(await late, "done");
  await closing;
  await hanging;
  await connector.join();
  const error = await assertRejects(() => connector.getDriver().work!(), NotSentError);
  const cause = error.cause as WebSocketError;
  assertEquals([cause.status, cause.message], [1001, "The server is closing"]);
});

Deno.test("close() with a grace ends by it when a call never returns", async () => {
  const server = await opened((acceptor) =>
    void acceptor.accept({ work: () => new Promise(() => {}) })
  );
  const connector = await connectedTo(server);
  const work = assertRejects(() => connector.getDriver().work!(), WebSocketError);
  await until(() => connector.state === WebSocketConnector.State.OPEN, "it is open");
  await soon(server.close({ grace: 300 }), "the grace is over");
  const error = await work;
  assertEquals([error.status, error.message], [1001, "The server is closing"]);
});

Deno.test("close() with a grace sends all results when their reader is slow", async () => {
  const big = "x".repeat(8 * 2 ** 20);
  let begun = 0;
  const provider = {
    big() {
      begun++;
      return big;
    },
  };
  const server = await opened((acceptor) => void acceptor.accept(provider), {
    limits: { sendBytes: 2 ** 20 },
  });
  const fault = { kind: "delay", way: "down", at: 1_000, lasts: 700 } as const;
  await using proxy = await Proxy.open(server.address!.port, () => fault);
  const connector = new WebSocketConnector<null, null, { big(): string }>(null, null);
  await connector.connect(proxy.url);
  const driver = connector.getDriver();
  const calls = Promise.allSettled(Array.from({ length: 5 }, () => driver.big()));
  // made in one turn, they come in one frame: with the first, all have been begun or wait for room
  await until(() => begun > 0, "the calls are there");
  await server.close({ grace: PATIENCE });
  const lengths = (await calls).map((call) => call.status === "fulfilled" && call.value.length);
  assertEquals(lengths, lengths.map(() => big.length));
  await connector.join();
});
