/** The ways in which a worker of Deno's own fails: each ends in an error, and leaves nothing. */
import { assertEquals, assertMatch } from "@std/assert";
import { WorkerConnector } from "../../mod.ts";
import { soon } from "../helpers/waiting.ts";
import { urlOf } from "./worker_pair.ts";

interface Failing {
  echo<T>(value: T): T;
  act(way: string): unknown;
}
type Connector = WorkerConnector<unknown, null, Failing>;

interface Way {
  /** What the file does at its start; another file, where it is a URL. */
  readonly file?: string;
  readonly options?: WorkerConnector.ConnectOptions;
  readonly header?: unknown;
  /** Called once `connect()` runs, to make it fail from here. */
  readonly during?: (connector: Connector) => void;
  /** Called once it is connected. */
  readonly act?: (connector: Connector) => Promise<unknown>;
  /** The name and the message of the error. */
  readonly error: RegExp;
  readonly state: "NONE" | "OPEN" | "CLOSED";
}

/** So short that a worker can't open in time, or long enough to be busy. */
const timeout = 300;
const silent = { onEvent() {} };
const control = new AbortController();

const starts = (file: string, error: RegExp, more: Partial<Way> = {}): Way => ({
  file,
  error,
  state: "NONE",
  ...more,
});
const acts = (way: string, error: RegExp, more: Partial<Way> = {}): Way => ({
  act: (connector) => connector.getDriver().act(way),
  error,
  state: "CLOSED",
  ...more,
});

const LATE = /^WorkerError: Cannot connect to ".+": not accepted within 300 ms$/;
const GONE = /^WorkerError: Cannot finish "act": the worker has ended$/;

const WAYS: Readonly<Record<string, Way>> = {
  "its file is missing": starts(
    urlOf("nowhere.ts"),
    /WorkerError: .+ failed: .*(?:Module not found|Type checking failed)/,
  ),
  "its file isn't JavaScript": starts(
    "data:application/javascript,const = 5;",
    /WorkerError: .+ failed: SyntaxError/,
  ),
  "what it imports is missing": starts(
    'data:application/javascript,import "file:///nowhere.ts";',
    /WorkerError: .+ failed: .*(?:Module not found|Type checking failed)/,
  ),
  "its file has another scheme": starts("nothing:at-all", /WorkerError: Cannot connect to "noth/),
  "its kind of Worker doesn't exist": starts("", /WorkerError: .+[cC]lassic/, {
    options: { module: false },
  }),
  "it throws at its start": starts("throws", /WorkerError: .+ failed: .*bad start/),
  "it rejects at its start": starts("rejects", /WorkerError: .+ failed: .*bad promise/),
  "it exits with 0 at its start": starts("exits with 0", LATE, { options: { timeout } }),
  "it exits with 3 at its start": starts("exits with 3", LATE, { options: { timeout } }),
  "it closes itself at its start": starts("closes", LATE, { options: { timeout } }),
  "it never opens": starts("never opens", LATE, { options: { timeout } }),
  "it only reads the header": starts("never opens after getHeader", LATE, { options: { timeout } }),
  "it opens too late": starts("opens too late", LATE, { options: { timeout } }),
  "it is busy at its start": starts("is busy", LATE, { options: { timeout } }),
  "it posts a text first": starts("posts a text", /WorkerError: .+ first message isn't that of/),
  "it posts a number first": starts("posts a number", /WorkerError: .+ first message isn't that/),
  "it answers with garbage": starts(
    "posts garbage instead of an answer",
    /WorkerError: .+ the server doesn't speak this protocol/,
  ),
  "the header can't be encoded": starts("", /EncodeError: .+header/, { header: 7n }),
  "the signal aborts while it starts": starts("is busy", /AbortError/, {
    options: { signal: control.signal },
    during: () => control.abort(),
  }),
  "close() is called while it starts": starts("is busy", /ConnectionClosedError: .+close\(\) was/, {
    during: (connector) => void connector.close(),
  }),
  "it throws in a call": acts("throws", /WorkerError: Cannot finish "act": .+out of order/),
  "it rejects in a call": acts("rejects", /WorkerError: Cannot finish "act": .+out of promises/),
  "it exits in a call": acts("exits", GONE),
  "it closes itself in a call": acts("closes", GONE),
  "it is busy, and is closed": {
    act: (connector) => {
      const call = connector.getDriver().act("is busy");
      void connector.close();
      return call;
    },
    options: { limits: { closeTimeout: timeout } },
    error: /^ConnectionClosedError: /,
    state: "CLOSED",
  },
  "it is busy, and its heartbeat is missing": acts("is busy", /WorkerError: Cannot finish "act"/, {
    options: { heartbeat: 100 },
  }),
  "it posts a close in a call": acts("posts a close", /^ConnectionClosedError: /),
  "it posts text in a call": acts("posts text", /Error: /),
  "its result can't be encoded": acts("returns a cycle", /EncodeError: .+circular/, {
    state: "OPEN",
  }),
  "it posts objects in a call": {
    act: async (connector) => {
      const call = connector.getDriver().act("posts objects");
      await connector.getDriver().echo(1);
      await connector.close();
      return await call;
    },
    error: /^ConnectionClosedError: /,
    state: "CLOSED",
  },
};

function fileOf(start = ""): string {
  return start.includes(":") ? start : `${urlOf("failing.ts")}?${encodeURIComponent(start)}`;
}

async function failureOf(connector: Connector, way: Way): Promise<string> {
  try {
    const connecting = connector.connect(fileOf(way.file), { ...silent, ...way.options });
    way.during?.(connector);
    await connecting;
    await way.act?.(connector);
    return "nothing failed";
  } catch (error) {
    return String(error);
  }
}

for (const [name, way] of Object.entries(WAYS)) {
  Deno.test(`a worker ends with an error and can be started again when ${name}`, async () => {
    const header = { value: way.header ?? null };
    const connector: Connector = new WorkerConnector<unknown, null, Failing>(
      { toJSON: () => header.value },
      null,
    );
    const { State } = WorkerConnector;
    const failure = await soon(failureOf(connector, way), "it fails");
    assertMatch(failure, way.error);
    if (way.state === "CLOSED") await soon(connector.join(), "it is closed");
    assertEquals(connector.state, State[way.state]);
    if (way.state === "OPEN") await connector.close();
    header.value = null;
    await soon(connector.connect(fileOf()), "it connects again");
    assertEquals(await connector.getDriver().echo("again"), "again");
    await connector.close();
    assertEquals(connector.state, State.CLOSED);
  });
}
