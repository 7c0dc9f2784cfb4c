import { assert, assertEquals, assertRejects } from "@std/assert";
import { type GroupEvent, RemoteError } from "../../mod.ts";
import { isError } from "../../src/errors.ts";
import { framesOf } from "../../src/groups/frame.ts";
import { pack } from "../../src/groups/message.ts";
import { tokenOf } from "../../src/groups/subjects.ts";
import { until } from "../helpers/waiting.ts";
import { Broker } from "./memory_bus.ts";
import { type Name, type Place, placed } from "./places.ts";

const INTRUDER = "f".repeat(36);

/** Two processes of a group, and one that publishes what it likes. */
async function attacked(
  use: (parts: {
    readonly broker: Broker;
    readonly places: readonly [Place, Place];
    /** Publishes lists as a process of ours would, on all subjects. */
    readonly say: (...lists: readonly unknown[]) => void;
    readonly subjects: readonly string[];
  }) => Promise<void>,
): Promise<void> {
  const broker = new Broker({ maxBytes: 2 ** 20 });
  await using a = await placed("room", broker.bus());
  await using b = await placed("room", broker.bus());
  const [ada, bob] = [await a.join("Ada"), await b.join("Bob")];
  await until(() => a.log.length === 2 && b.log.length === 2, "they know each other");
  const subjects = [
    "processes",
    `group.${await tokenOf("room")}`,
    ...[ada, bob].map(({ member }) => `process.${member.id.slice(0, 36)}`),
  ];
  let stream = 0;
  const say = (...lists: readonly unknown[]): void => {
    for (const list of lists) {
      const message = pack(typeof list === "string" ? list : JSON.stringify(list));
      for (const subject of subjects) {
        const head = { sender: INTRUDER, stream: stream++, number: 1, maxBytes: 2 ** 20 };
        for (const frame of framesOf(message, head)) broker.publish(undefined, subject, frame);
      }
    }
  };
  await use({ broker, places: [a, b], say, subjects });
  // all is as it was
  await a.group.getDriver().hear("still here");
  await until(() => bob.heard.includes("still here"), "Bob has heard it");
  assertEquals(await b.group.member(ada.member.id).getDriver().add(1, 2), 3);
  assertEquals((await a.group.members()).length, 2);
}

function errorsOf({ events }: Place): string[] {
  return events.flatMap((event: GroupEvent<Name>) =>
    event.type === "error" ? [(event.error as Error).message] : []
  );
}

Deno.test("messages of the bus that aren't ours are dropped, and told", () =>
  attacked(async ({ broker, places, subjects }) => {
    const version = new Uint8Array(100).fill(65);
    version[0] = 9;
    const ours = version.slice();
    ours[0] = 1;
    const noUtf8 = framesOf(new Uint8Array([0, 0, 0, 1, 255]), {
      sender: INTRUDER,
      stream: 99,
      number: 1,
      maxBytes: 1_000,
    })[0]!;
    const messages: unknown[] = [
      new Uint8Array(),
      new Uint8Array(100),
      crypto.getRandomValues(new Uint8Array(1_000)),
      version,
      ours,
      noUtf8,
      new Uint8Array(100 * 2 ** 20),
      "text",
      null,
      undefined,
      7,
      {},
    ];
    for (const subject of subjects) {
      for (const message of messages) {
        const bytes = message instanceof Uint8Array ? message : { slice: () => message };
        broker.publish(undefined, subject, bytes as Uint8Array);
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 400));
    for (const place of places) {
      const errors = errorsOf(place);
      assert(errors.length >= messages.length, `${errors.length}`);
      for (const error of errors) {
        assert(error.startsWith("Cannot read a message of the bus"), error);
      }
      assert(errors.some((error) => error.includes("longer than the bus allows")));
      assert(errors.some((error) => error.includes("its version is unknown")));
    }
  }));

Deno.test("lists that no process of ours sends are dropped, and told", () =>
  attacked(async ({ places, say }) => {
    const id = places[0].group.local;
    assertEquals([...id].length, 1);
    const odd = [null, 7, -1, 1.5, "x", [], {}, [[]], [null], [["x"]], { length: 1e9 }];
    const kinds = [
      "hello",
      "versions",
      "beat",
      "ask",
      "told",
      "busy",
      "poll",
      "cancel",
      "news",
      "here",
      "no",
    ];
    const token = await tokenOf("room");
    for (const kind of kinds) {
      for (const one of odd) {
        say([kind, one], [kind, one, one], [kind, one, token, one], [kind, 1, one, 1, one, one]);
        say([kind, 1, token, "call", one, one, one, one], [kind, 1, token, "list", one]);
        say([kind, "hear", one, one, one, one], [kind, token, one, one, one]);
      }
    }
    say(
      "",
      "7",
      "null",
      "{}",
      "[",
      "[".repeat(100_000),
      `${"[".repeat(5_000)}${"]".repeat(5_000)}`,
    );
    say(["news", "hear", [1], [[[0], "b", "Uint8Array", 0]], null, null]);
    say(["news", "__proto__.hear", [1], null, null, null], [
      "news",
      "constructor",
      [],
      null,
      null,
      null,
    ]);
    say(["here", 1, [["x".repeat(72), {}]], []], ["here", 1, [[INTRUDER + "a".repeat(36), {}]], [
      "nobody",
    ]]);
    await new Promise((resolve) => setTimeout(resolve, 400));
    for (const place of places) {
      for (const error of errorsOf(place)) assert(error.startsWith("Cannot read a message"), error);
    }
    say(["end"]);
  }));

Deno.test("processes that are invented don't fill the memory", () =>
  attacked(async ({ broker, places, subjects }) => {
    for (let at = 0; at < 9_000; at++) {
      const sender = String(at).padStart(36, "0");
      const message = pack(JSON.stringify(["beat", []]));
      const [frame] = framesOf(message, { sender, stream: 1, number: 1, maxBytes: 1_000 });
      broker.publish(undefined, subjects[0]!, frame!);
    }
    for (const what of ["processes", "senders"]) {
      await until(
        () => errorsOf(places[0]).some((error) => error.includes(`there are too many ${what}`)),
        `it was told of too many ${what}`,
      );
    }
  }));

Deno.test("a process that lies in its answers makes a call reject, and nothing else", async () => {
  const broker = new Broker();
  const bus = broker.bus();
  await using a = await placed("room", bus, { timeout: 700 });
  await using b = await placed("room", broker.bus());
  const bob = await b.join("Bob");
  await until(() => a.log.length === 1, "it is known");
  const liar = bob.member.id.slice(0, 36);
  const answers: unknown[][] = [
    [],
    [7],
    [[]],
    [[["x"], 1, 2, null]],
    [[[bob.member.id], 1, "x", [[["y"], "d"]]]],
    [[[bob.member.id], 0, null, null, "NoSuchError", "perhaps"]],
    [[[bob.member.id], 0, 7, null, 7, 7]],
    [[[`${liar}${"a".repeat(36)}`], 1, 2, null]],
  ];
  const results: unknown[] = [];
  for (const [at, answer] of answers.entries()) {
    const real = broker.published.length;
    const call = a.group.member(bob.member.id).getDriver().add(1, 2);
    const handled = call.then((value) => value, (error) => error);
    const asked = broker.published[real]!;
    const id = Number(/"ask",(\d+)/.exec(new TextDecoder().decode(asked.message))![1]);
    const to = asked.message.subarray(1, 37);
    const message = pack(JSON.stringify(["told", id, 0, 1, ...answer]));
    const head = { sender: liar, stream: 1_000 + at, number: 1, maxBytes: 65_536 };
    broker.publish(
      undefined,
      `process.${new TextDecoder().decode(to)}`,
      framesOf(message, head)[0]!,
    );
    const result = await handled;
    results.push(isError(result) ? `${result.name}: ${result.message}` : result);
  }
  const malformed = 'MalformedReturn: Cannot read the return of "add":';
  assertEquals(results, [
    'NotSentError: Cannot call "add": the member has left',
    `${malformed} an answer is invalid`,
    `${malformed} a member is invalid`,
    `${malformed} a member is invalid`,
    `${malformed} Cannot decode the value: a path leads to no value`,
    null,
    7,
    `${malformed} an answer is of another member`,
  ]);
  assertEquals(await a.group.member(bob.member.id).getDriver().add(1, 2), 3);
});

Deno.test("a member that lies about its results gets an error for what can't be sent", async () => {
  const broker = new Broker();
  await using a = await placed("room", broker.bus());
  await using b = await placed("room", broker.bus());
  const bob = await b.join("Bob");
  await until(() => a.log.length === 1, "it is known");
  let deep: unknown = 1;
  for (let level = 0; level < 980; level++) deep = [deep];
  const values = [
    { then: 1, toJSON: 2, constructor: 3 },
    JSON.parse('{"__proto__":{"x":1}}'),
    deep,
  ];
  for (const value of values) {
    const driver = a.group.member(bob.member.id).getDriver();
    assertEquals(JSON.stringify(await driver.echo(value)), JSON.stringify(value));
  }
  assertEquals(({} as { x?: number }).x, undefined);
  await assertRejects(() => a.group.member(bob.member.id).getDriver().fail(1), RemoteError);
});

Deno.test("a bus that fails rejects broadcasts, is told once, and is used again", async () => {
  const broker = new Broker();
  const bus = broker.bus();
  await using a = await placed("room", bus);
  await using b = await placed("room", broker.bus());
  const [ada, bob] = [await a.join("Ada"), await b.join("Bob")];
  await until(() => a.log.length === 2, "they know each other");
  bus.failure = new Error("the bus is broken");
  await assertRejects(() => a.group.getDriver().hear("lost"), Error, "the bus is broken");
  void a.group.getDriver().hear("lost, too"); // no unhandled rejection
  await until(() => ada.heard.length === 2, "members of this process have heard it");
  bus.failure = undefined;
  await a.group.getDriver().hear("back");
  await until(() => bob.heard.includes("back"), "the others hear again");
  assertEquals(bob.heard, ["back"]);
});
