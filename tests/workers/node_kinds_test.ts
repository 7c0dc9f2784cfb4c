/** Node's processes and threads, started from Deno. */
import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { tmpdir } from "node:os";
import { ConnectionClosedError, WorkerConnector, WorkerError } from "../../mod.ts";
import { soon, until } from "../helpers/waiting.ts";
import { urlOf } from "./worker_pair.ts";

interface ByHand {
  plus(x: number, y: number): number;
  exit(code: number): never;
  disconnect(): void;
  turnDeaf(): void;
}

const KINDS = ["process", "thread"] as const;
const FILE = urlOf("by_hand.mjs");

/** A connector whose worker is gone at the end: what it runs in has ended. */
function byHand(kind: "process" | "thread"): WorkerConnector<null, null, ByHand> {
  return new WorkerConnector<null, null, ByHand>(null, null, kind);
}

/** The processes that this one started, in these states. */
async function children(states: RegExp): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    const stat = await Deno.readTextFile(`/proc/${name}/stat`).catch(() => "");
    const [, state = "", parent] = /\) (.) (\d+) /.exec(stat) ?? [];
    if (Number(parent) === Deno.pid && states.test(state)) found.push(name);
  }
  return found;
}

/**
 * Timers of a worker that was closed end when the worker has: when the event of its end has arrived,
 * which is after the system has let go of a process that is dead.
 */
async function untilGone(): Promise<void> {
  for (let tries = 0; tries < 2_000 && (await children(/[^X]/)).length > 0; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assertEquals(await children(/[^XZ]/), []);
  await new Promise((resolve) => setTimeout(resolve, 100));
}

for (const kind of KINDS) {
  Deno.test(
    `a ${kind} answers, ends and can be started again when it is closed`,
    async () => {
      const connector = byHand(kind);
      for (let times = 0; times < 2; times++) {
        await connector.connect(FILE);
        assertEquals(await connector.getDriver().plus(1, times), 1 + times);
        await connector.close();
        assertEquals(connector.state, WorkerConnector.State.CLOSED);
      }
      await untilGone();
      await new Promise((resolve) => setTimeout(resolve, 300)); // a thread's last event
    },
  );

  Deno.test(`calls to a ${kind} are rejected with its code when it exits`, async () => {
    const connector = byHand(kind);
    await connector.connect(FILE);
    const error = await assertRejects(() => connector.getDriver().exit(3), WorkerError);
    assertMatch(error.message, /^Cannot finish "exit": the worker exited with code 3$/);
    assertEquals([error.method, error.code], ["exit", "WORKER"]);
    await soon(connector.join(), "it is closed");
    await untilGone();
  });

  Deno.test(`a ${kind} is stopped when it doesn't answer the close`, async () => {
    const connector = byHand(kind);
    await connector.connect(FILE, { limits: { closeTimeout: 100 } });
    await connector.getDriver().turnDeaf();
    const call = assertRejects(() => connector.getDriver().plus(1, 2), ConnectionClosedError);
    await connector.close();
    await call;
    await untilGone();
  });
}

Deno.test("a process is stopped when it closes its channel", async () => {
  const connector = byHand("process");
  await connector.connect(FILE);
  const why = "the worker closed its channel";
  await assertRejects(() => connector.getDriver().disconnect(), WorkerError, why);
  await untilGone();
});

Deno.test("connect() rejects when a process or a thread can't be started", async () => {
  for (const kind of KINDS) {
    const connector = byHand(kind);
    await assertRejects(() => connector.connect("/nowhere.mjs"), WorkerError, "nowhere.mjs");
    assertEquals(connector.state, WorkerConnector.State.NONE);
  }
  await untilGone();
});

Deno.test("compile() removes its file when a process or a thread has read it", async () => {
  const code = (await Deno.readTextFile(new URL(FILE))).replace(
    /import (.+) from ("node:.+");/g,
    (_, names, from) => `const ${names} = require(${from});`,
  );
  const files = () =>
    [...Deno.readDirSync(tmpdir())].filter(({ name }) => name.startsWith("sheetbend-")).length;
  const before = files();
  for (const kind of KINDS) {
    const connector = byHand(kind);
    await connector.compile(code);
    assertEquals(files(), before);
    assertEquals(await connector.getDriver().plus(2, 2), 4);
    await connector.close();
  }
  await until(() => files() === before, "the files are gone");
  await untilGone();
  await new Promise((resolve) => setTimeout(resolve, 300)); // a thread's last event
});
