/** The cases of the contract that need no socket, over workers of Deno's own. */
import { assert, assertEquals, assertGreater } from "@std/assert";
import * as ours from "../../mod.ts";
import { CALLS } from "../contract/cases/calls.ts";
import { ERRORS } from "../contract/cases/errors.ts";
import { EVENTS } from "../contract/cases/events.ts";
import { REFUSALS } from "../contract/cases/refusals.ts";
import { TERMS } from "../contract/cases/terms.ts";
import { VALUES } from "../contract/cases/values.ts";
import { Journal } from "../contract/journal.ts";
import type { ConnectOptions, Connector, Library } from "../contract/library.ts";
import { type Case, type Pairing, runsIn, World } from "../contract/world.ts";
import { urlOf } from "./worker_pair.ts";

const journal = new Journal();

/** The worker's notes are objects, which the connector ignores. */
class NotingWorker extends Worker {
  constructor(url: string | URL, options?: WorkerOptions) {
    super(url, options);
    this.addEventListener("message", ({ data }) => {
      if (typeof data === "object" && "event" in data) {
        journal.note(data.id, data.event, JSON.parse(data.json));
      }
    });
  }
}

/** A connector to a worker that plays the scenario of the URL. */
class ScenarioConnector extends ours.WorkerConnector<unknown, object | null, object> {
  readonly #offer: { path: string; value?: unknown };
  url: string | undefined;

  constructor(value: unknown, provider: object | null) {
    const offer = { path: "", value };
    super(offer, provider);
    this.#offer = offer;
  }

  override connect(url: string | URL, options: ConnectOptions = {}): Promise<void> {
    this.#offer.path = String(url).slice("worker:".length);
    return super.connect(urlOf("contract.ts"), { ...options, onEvent() {} } as ConnectOptions);
  }
}

/** Cases that a worker can't play, and why. */
const NOT_HERE: Readonly<Record<string, string>> = {
  "a call reaches a third end when the provider holds its driver": "a worker has one program",
  "connect() is rejected, and works afterwards, when the header can't be told":
    "the case's header is in another one here",
  "a call is rejected with a NotSentError, and does not run, when nothing is open":
    "a worker closes without a code",
  "a call may have run when the connection ended first": "a worker closes without a code",
  "a call is rejected with a BusyError, and does not run, when too many are under way":
    "it takes a second server",
  "a call is refused when its path has too many characters or steps": "it takes a second server",
  "a call is refused when it has too many arguments": "it takes a second server",
  "a function's signal aborts when its client leaves": "the worker ends before it can tell",
};

const CASES: readonly Case[] = [...CALLS, ...VALUES, ...EVENTS, ...ERRORS, ...REFUSALS, ...TERMS];

const lib = {
  ...ours,
  WebSocketConnector: ScenarioConnector as unknown as new (
    header: unknown,
    provider: object | null,
  ) => Connector,
} as unknown as Library;

const control = {
  saw: (id: string, event: string) => journal.saw(id, event),
  has: (id: string, event: string) => Promise.resolve(journal.has(id, event)),
};

for (const codec of ["linked", "plain"] as const) {
  const pairing: Pairing = { client: "ours", server: "ours", codec };
  Deno.test(`the contract holds when a worker serves it, ${codec}`, async (t) => {
    const { Worker } = globalThis;
    globalThis.Worker = NotingWorker;
    let ran = 0;
    try {
      for (const one of CASES) {
        if (!runsIn(one, pairing) || one.name in NOT_HERE) continue;
        ran++;
        await t.step(one.name, async () => {
          const world = new World(lib, { pairing, base: "worker:", control });
          await one.run(world);
          await world.end();
        });
      }
    } finally {
      globalThis.Worker = Worker;
    }
    assertGreater(ran, CASES.length / 2);
  });
}

Deno.test("cases that a worker can't play are cases of the contract", () => {
  const names = new Set(CASES.map(({ name }) => name));
  assert(Object.values(NOT_HERE).every((why) => why !== ""));
  assertEquals(Object.keys(NOT_HERE).filter((name) => !names.has(name)), []);
});
