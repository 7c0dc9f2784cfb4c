import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import {
  type Bus,
  DeadlineError,
  EncodeError,
  mayHaveRun,
  NotSentError,
  RemoteError,
  StateError,
  structured,
} from "../../mod.ts";
import { until } from "../helpers/waiting.ts";
import { namesOf, type Place, placed, type Seat } from "./places.ts";

/** A kind of bus. */
export interface World {
  readonly name: string;
  /** Whether messages can be lost, so that broadcasts arrive at most once. */
  readonly isLossy: boolean;
  /** Makes buses, one for each process, until it is stopped. */
  make(): { bus(): Bus | Promise<Bus>; stop(): void | Promise<void> };
}

/** Three processes of one group, with a member each. */
async function three(
  world: ReturnType<World["make"]>,
  use: (places: [Place, Place, Place], seats: [Seat, Seat, Seat]) => Promise<void>,
): Promise<void> {
  try {
    await using a = await placed("the room", await world.bus());
    await using b = await placed("the room", await world.bus());
    await using c = await placed("the room", await world.bus());
    const seats = [await a.join("Ada"), await b.join("Bob"), await c.join("Cyd")] as const;
    for (const { log } of [a, b, c]) {
      await until(() => new Set(log).size === 3, "all know each other");
    }
    await use([a, b, c], [...seats]);
  } finally {
    await world.stop();
  }
}

/** Whether a list has elements of another one, in that order. */
function isPart(part: readonly unknown[], whole: readonly unknown[]): boolean {
  let at = 0;
  for (const one of part) {
    at = whole.indexOf(one, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

/** What a group does, over any bus. */
export function testGroups(kind: World): void {
  const test = (what: string, run: (world: ReturnType<World["make"]>) => Promise<void>): void => {
    Deno.test(`over ${kind.name}: ${what}`, () => run(kind.make()));
  };

  test("broadcasts reach all members in order and once, when several processes send", (world) =>
    three(world, async (places, seats) => {
      const sent = places.map((_, place) => Array.from({ length: 200 }, (_, i) => `${place}.${i}`));
      for (let i = 0; i < 200; i++) {
        for (const [place, { group }] of places.entries()) {
          await group.getDriver().hear(sent[place]![i]);
        }
        if (i % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      }
      for (const { group } of places) {
        for (let i = 0; i < 3; i++) await group.getDriver().hear("end");
      }
      const hasEnded = ({ heard }: Seat) => heard.filter((text) => text === "end").length >= 3;
      await until(() => seats.every(hasEnded), "all have heard the end");
      await new Promise((resolve) => setTimeout(resolve, 600));
      for (const [at, { heard }] of seats.entries()) {
        for (const [place, texts] of sent.entries()) {
          const got = heard.filter((text) => String(text).startsWith(`${place}.`));
          if (place === at || !kind.isLossy) assertEquals(got, texts);
          else assert(isPart(got, texts) && got.length > 150, `${got.length} of 200`);
        }
      }
    }));

  test("broadcasts go to the members that only, except and local choose", (world) =>
    three(world, async ([a], [ada, bob, cyd]) => {
      const { group } = a;
      for (let i = 0; i < 5; i++) {
        await group.getDriver({ only: [bob.member.id, "nobody"] }).hear("only");
        await group.getDriver({ except: [ada.acceptor, cyd.member] }).hear("except");
        await group.getDriver({ local: true }).hear("local");
        await group.getDriver().hear("all");
      }
      const all = ({ heard }: Seat) => heard.filter((text) => text === "all").length;
      await until(() => [ada, bob, cyd].every((seat) => all(seat) >= 3), "all have heard it");
      const kinds = ({ heard }: Seat) => [...new Set(heard)].sort();
      assertEquals(kinds(ada), ["all", "local"]);
      await until(() => kinds(bob).length === 3, "Bob has heard it");
      assertEquals(kinds(bob), ["all", "except", "only"]);
      assertEquals(kinds(cyd), ["all"]);
    }));

  test("values arrive as each connection can carry them", (world) =>
    three(world, async ([a, b]) => {
      const options = { use: [structured] };
      await using rich = await placed("rich", await world.bus(), { server: options });
      await using other = await placed("rich", await world.bus(), { server: options });
      const [one, two] = [await rich.join("One", options), await other.join("Two", options)];
      const plain = await other.join("Three", { wire: "plain" });
      await until(() => rich.log.length === 3, "all know each other");
      const value = { at: new Date(0), map: new Map([[1, new Uint8Array([1, 2])]]) };
      for (let i = 0; i < 5; i++) {
        await rich.group.getDriver<"structured">().hear(value);
        await rich.group.getDriver().hear({ a: [null, 1.5, "text"] });
      }
      await until(() => [one, two, plain].every(({ heard }) => heard.length > 0), "all heard it");
      await until(() => two.heard.length > 1, "Two has heard both");
      const found = two.heard.find((one) => (one as { map?: unknown }).map !== undefined);
      if (found !== undefined) assertEquals(found, value);
      assertEquals(one.heard[0], value);
      // its connection has only JSON, which would lose the map
      assertEquals(
        new Set(plain.heard.map((one) => JSON.stringify(one))),
        new Set(['{"a":[null,1.5,"text"]}']),
      );
      await assertRejects(
        async () => await a.group.getDriver().hear({ f() {} } as never),
        EncodeError,
      );
      await assertRejects(
        async () => await b.group.getDriver().hear(new ReadableStream() as never),
        EncodeError,
      );
      const { value: result } = await (async () => {
        for await (
          const answer of rich.group.ask<"structured">({ only: [two.member.id] }).echo(value)
        ) {
          if ("value" in answer) return answer;
          throw answer.error;
        }
        throw new Error("nobody answered");
      })();
      assertEquals(result, value);
    }));

  test("ask() tells the values and errors of all members", (world) =>
    three(world, async ([a, b], [ada, bob, cyd]) => {
      const sums = new Map<string, number>();
      for await (const answer of a.group.ask().add(2, 3)) {
        assert("value" in answer);
        sums.set(answer.member.info.name, answer.value);
      }
      assertEquals([...sums].sort(), [["Ada", 5], ["Bob", 5], ["Cyd", 5]]);
      const errors: unknown[] = [];
      for await (const answer of b.group.ask({ except: [bob.acceptor] }).fail(7)) {
        assert("error" in answer);
        assertInstanceOf(answer.error, RemoteError);
        const { name, message, code, method } = answer.error;
        assertEquals([name, message, code, method], ["RangeError", "out of range", 7, "fail"]);
        assertEquals(mayHaveRun(answer.error), "yes");
        errors.push(answer.member.id);
      }
      assertEquals(errors.sort(), [ada.member.id, cyd.member.id].sort());
    }));

  test("ask() counts silent members as errors, and cancels when its loop is left", (world) =>
    three(world, async ([a], seats) => {
      const silent: string[] = [];
      for await (const answer of a.group.ask({ timeout: 700 }).wait()) {
        assert("error" in answer);
        assertInstanceOf(answer.error, DeadlineError);
        silent.push(answer.member.info.name);
      }
      assertEquals(silent.sort(), ["Ada", "Bob", "Cyd"]);
      for await (const answer of a.group.ask({ only: [seats[0].member.id] }).add(1, 1)) {
        assert("value" in answer);
        break;
      }
      const before = seats.map(({ waits }) => waits.canceled);
      const answers = a.group.ask().wait()[Symbol.asyncIterator]();
      await until(() => seats.every(({ waits }) => waits.begun >= 2), "all wait");
      await answers.return!();
      if (kind.isLossy) return; // the message that cancels can be lost
      await until(
        () => seats.every(({ waits }, at) => waits.canceled > before[at]!),
        "all stopped",
      );
    }));

  test("member() calls one member on another process as if it were here", (world) =>
    three(world, async ([a, b], [ada, bob]) => {
      for (const { group } of [a, b]) {
        const driver = group.member(bob.member.id).getDriver();
        assertEquals(await driver.add(2, 3), 5);
        assertEquals(
          await Promise.all(Array.from({ length: 50 }, (_, i) => driver.add(i, 1))),
          Array.from({ length: 50 }, (_, i) => i + 1),
        );
        const error = await assertRejects(() => driver.fail(9), RemoteError, "out of range");
        assertEquals([error.name, error.code, error.method, mayHaveRun(error)], [
          "RangeError",
          9,
          "fail",
          "yes",
        ]);
        const missing = await assertRejects(
          () => (driver as unknown as { no(): Promise<void> }).no(),
          RemoteError,
        );
        assertEquals([missing.name, mayHaveRun(missing)], ["RefusedError", "no"]);
        const text = "a".repeat(1_000_000);
        assertEquals(await driver.echo(text), text);
      }
      const remote = a.group.member(bob.member.id).getDriver();
      await assertRejects(() => remote.echo({ f() {} } as never), EncodeError, "parameters[0].f");
      assertEquals(await b.group.member(ada.member.id).getDriver().add(1, 1), 2);
    }));

  test("member() keeps deadlines and signals across processes", (world) =>
    three(world, async ([a], [, bob]) => {
      const member = a.group.member(bob.member.id);
      await assertRejects(() => member.getDriver({ timeout: 600 }).wait(), DeadlineError);
      await until(() => bob.waits.canceled === 1, "the member has stopped");
      const control = new AbortController();
      const call = member.getDriver({ signal: control.signal }).wait();
      await until(() => bob.waits.begun === 2, "the member waits");
      control.abort(new Error("enough"));
      await assertRejects(() => call, Error, "enough");
      if (!kind.isLossy) await until(() => bob.waits.canceled === 2, "the member has stopped");
      // longer than the timeout for other processes
      await using d = await placed("the room", await world.bus(), { timeout: 1_000 });
      const long = d.group.member(bob.member.id).getDriver({ timeout: 2_500 }).wait();
      const error = await assertRejects(() => long, DeadlineError);
      assertEquals(error.method, "wait");
    }));

  test("member() rejects with a NotSentError when there is no such member", (world) =>
    three(world, async ([a], [, bob]) => {
      const { id } = bob.member;
      const guesses = [
        "",
        "x",
        id.slice(0, 36),
        `${id.slice(0, -1)}${id.endsWith("a") ? "b" : "a"}`,
        `${"a".repeat(36)}${id.slice(36)}`,
        `${id}.*`,
        "*".repeat(72),
      ];
      for (const guess of guesses) {
        const error = await assertRejects(
          () => a.group.member(guess).getDriver().add(1, 2),
          NotSentError,
        );
        assertEquals([error.method, mayHaveRun(error)], ["add", "no"]);
      }
      await bob.connector.close();
      await until(() => a.log.includes("-Bob"), "Bob has left");
      await assertRejects(() => a.group.member(id).getDriver().add(1, 2), NotSentError);
    }));

  test("members() and the events tell who is where", (world) =>
    three(world, async ([a, b, c], [ada, bob]) => {
      for (const { group } of [a, b, c]) {
        assertEquals(namesOf(await group.members()), ["Ada", "Bob", "Cyd"]);
        assertEquals([group.size, [...group.local].length], [1, 1]);
      }
      assertEquals(a.group.remove(ada.acceptor), true);
      assertEquals(a.group.remove(ada.acceptor), false);
      await bob.connector.close();
      await until(
        () => [a, b, c].every(({ log }) => log.includes("-Ada") && log.includes("-Bob")),
        "they have left",
      );
      for (const { group } of [a, b, c]) assertEquals(namesOf(await group.members()), ["Cyd"]);
      const again = a.group.add(ada.acceptor, { name: "Eve" });
      assert(again.id !== ada.member.id);
      assertEquals(a.group.add(ada.acceptor, { name: "Ignored" }), again);
      await until(() => c.log.includes("+Eve"), "she is back");
      await c.group.close();
      await until(() => a.log.includes("-Cyd") && b.log.includes("-Cyd"), "Cyd's process has left");
      for (const { log } of [a, b]) {
        assertEquals(log.filter((one) => one.includes("Eve")), ["+Eve"]);
      }
      await assertRejects(() => c.group.members(), StateError);
    }));

  test("members() tells the truth after many joins and leaves", (world) =>
    three(world, async (places, seats) => {
      let seed = 7;
      const random = (below: number) => (seed = (seed * 16_807) % 2_147_483_647) % below;
      for (let i = 0; i < 3_000; i++) {
        const at = random(3);
        const { group } = places[at]!;
        const { acceptor } = seats[at]!;
        if (!group.remove(acceptor)) group.add(acceptor, { name: `${at}-${i}` });
        if (i % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      }
      const here = places.flatMap(({ group }, at) =>
        group.size === 1 ? [group.add(seats[at]!.acceptor, { name: "" }).id] : []
      );
      for (const { group } of places) {
        assertEquals((await group.members()).map(({ id }) => id).sort(), here.sort());
      }
    }));
}
