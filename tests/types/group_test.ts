import { assertEquals } from "@std/assert";
import { assertType, type IsExact } from "@std/testing/types";
import type {
  Answer,
  AskDriver,
  BroadcastDriver,
  Group,
  Member,
  MemberHandle,
  WebSocketAcceptor,
  WebSocketConnector,
} from "../../mod.ts";
import { LocalEnd } from "../helpers/local_end.ts";

interface Guest {
  hear(text: string, times?: number): void;
  at(day: number): Date;
  table(): Promise<Map<string, number>>;
  parse: { (text: string): number; (text: string, base: number): string };
  scores: { best(): number; deep: { worst(): Promise<number[]> } };
  version: string;
}
interface Info {
  readonly name: string;
}

Deno.test("the functions of a broadcast have the parameters of Remote, and no results", () => {
  type Driver = BroadcastDriver<Guest>;
  assertType<IsExact<Driver["hear"], (text: string, times?: number) => Promise<void>>>(true);
  assertType<IsExact<Driver["at"], (day: number) => Promise<void>>>(true);
  assertType<IsExact<Driver["scores"]["best"], () => Promise<void>>>(true);
  assertType<IsExact<Driver["scores"]["deep"]["worst"], () => Promise<void>>>(true);
  assertType<"version" extends keyof Driver ? true : false>(false);
  const use = (driver: Driver): Promise<void>[] => [
    driver.parse("7"),
    driver.parse("7", 2),
    // @ts-expect-error it takes a text
    driver.hear(7),
    // @ts-expect-error there is no such function
    driver.no(),
  ];
  assertEquals(typeof use, "function");
});

Deno.test("the functions of a question give the answers of all members", () => {
  type Driver = AskDriver<Guest, Info>;
  assertType<
    IsExact<Driver["hear"], (text: string, times?: number) => AsyncIterable<Answer<void, Info>>>
  >(true);
  assertType<IsExact<Driver["at"], (day: number) => AsyncIterable<Answer<string, Info>>>>(true);
  assertType<
    IsExact<Driver["scores"]["deep"]["worst"], () => AsyncIterable<Answer<number[], Info>>>
  >(true);
  type Rich = AskDriver<Guest, Info, "structured">;
  assertType<IsExact<Rich["table"], () => AsyncIterable<Answer<Map<string, number>, Info>>>>(true);
  assertType<IsExact<Rich["at"], (day: number) => AsyncIterable<Answer<Date, Info>>>>(true);
  const use = async (driver: Driver) => {
    for await (const answer of driver.parse("7")) {
      if ("value" in answer) assertType<IsExact<typeof answer.value, number>>(true);
      else assertType<IsExact<typeof answer.error, unknown>>(true);
      assertType<IsExact<typeof answer.member, Member<Info>>>(true);
    }
    for await (const answer of driver.parse("7", 2)) {
      if ("value" in answer) assertType<IsExact<typeof answer.value, string>>(true);
    }
  };
  assertEquals(typeof use, "function");
});

Deno.test("a member has the driver of its connection, and members have their info", () => {
  const use = async (group: Group<Guest, Info>) => {
    const handle: MemberHandle<Guest> = group.member("id");
    const day = handle.getDriver().at(1);
    assertType<IsExact<typeof day, Promise<string>>>(true);
    const members = await group.members();
    assertType<IsExact<typeof members, Member<Info>[]>>(true);
    for (const one of group.local) await one.getDriver().hear("x");
  };
  assertEquals(typeof use, "function");
});

Deno.test("add() takes any connection, and an info where the group has one", () => {
  const use = (
    group: Group<Guest, Info>,
    bare: Group<Guest>,
    acceptor: WebSocketAcceptor<{ token: string }, { log(): void }, Guest>,
    connector: WebSocketConnector<null, null, Guest>,
  ) => {
    const member = group.add(acceptor, { name: "Ada" });
    assertType<IsExact<typeof member, Member<Info>>>(true);
    group.add(connector, { name: "Bob" });
    group.add(new LocalEnd<null, Guest>(null), { name: "Cyd" });
    bare.add(acceptor);
    group.getDriver({ except: [acceptor, member] });
    // @ts-expect-error it has an info
    group.add(acceptor);
    // @ts-expect-error the info has a name
    group.add(acceptor, { nam: "Ada" });
    // @ts-expect-error it has no info
    bare.add(acceptor, { name: "Ada" });
    // @ts-expect-error it isn't a connection
    bare.add({});
  };
  assertEquals(typeof use, "function");
});
