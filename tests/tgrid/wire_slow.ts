import { assertEquals, assertGreater } from "@std/assert";
import * as ours from "../../mod.ts";
import { runClientProgram, startServerProgram } from "../contract/children.ts";
import { inTime } from "../contract/check.ts";
import type { Library } from "../contract/library.ts";
import { RESULTS } from "../contract/outcomes.ts";
import { type Closed, rawClient, rawServer, type RawSocket } from "../contract/raw.ts";
import { openScenarios } from "../contract/scenarios.ts";
import { openWorkshop } from "../contract/workshop.ts";
import { ASKED, talk } from "./talk.ts";

const LIBRARY = ours as unknown as Library;

const PROGRAMS = ["./programs/talker.ts", "../contract/programs/server.ts"].map((path) =>
  new URL(path, import.meta.url)
);

/** What a client sent from its header to its close. */
interface Heard {
  readonly frames: readonly string[];
  readonly closed: Closed;
}

/** Plays the server to a client that talks, and hears all of it. */
async function hear(start: (url: string) => Promise<unknown>): Promise<Heard> {
  await using server = rawServer();
  const talking = start(server.url);
  talking.catch(() => {}); // awaited at the end, unless something else fails before
  const peer = await server.next();
  const header = await peer.nextJson();
  delete header.link; // what a peer of another make ignores
  const frames = [JSON.stringify(header)];
  peer.send("1");
  for (let i = 0; i < 100; i++) {
    const frame = await peer.nextOrEnd();
    if (frame === undefined) break;
    frames.push(frame);
    if (i === 0) frames.push(...await ask(peer)); // while the client waits for its first return
    const { uid, listener } = JSON.parse(frame);
    peer.send({ uid, success: listener !== "refuse", value: null });
  }
  await inTime(talking, "the end of the talk");
  return { frames, closed: await peer.closed };
}

/** Makes a server's calls one by one, and gives what each was answered. */
async function ask(peer: RawSocket): Promise<string[]> {
  const answers: string[] = [];
  for (const call of ASKED) {
    peer.send(call);
    answers.push(await peer.next());
  }
  return answers;
}

/** Without what a peer of another make tells more: the stack of an error. */
function withoutStack(frame: string): string {
  return JSON.stringify(JSON.parse(frame, (key, value) => key === "stack" ? undefined : value));
}

/** As many calls as a raw client makes of the scenarios' server, and what each was answered. */
async function answersOf(port: number): Promise<string[]> {
  const client = await rawClient(`ws://127.0.0.1:${port}/accept`);
  client.send({ header: { token: "t" } });
  const frames = [await client.next()];
  const calls = [
    ["plus", 1, 2],
    ["deep.a.b.c.leaf", 1],
    ["shown", 1, null, "ü", { a: [1] }],
    ["same", { x: [1, { y: null }] }],
    ...Object.keys(RESULTS).map((name) => ["give", name]),
    ...["error", "error with fields", "own class", "text", "number", "undefined", "object"]
      .map((name) => ["raise", name]),
  ];
  for (const [i, [listener, ...values]] of calls.entries()) {
    const parameters = values.map((value) => ({ type: typeof value, value }));
    client.send({ uid: i + 1, listener, parameters });
    frames.push(await client.next());
  }
  await client.close();
  return frames;
}

Deno.test("both libraries put the same on the wire when they do the same", async (t) => {
  await using workshop = await openWorkshop({ programs: PROGRAMS, packages: ["tgrid@1.2.1"] });
  const { folder } = workshop;
  const command = ["node"] as const;

  await t.step(
    "our connector sends what TGrid's sends when it talks to a plain server",
    async () => {
      const program = workshop.program("talker");
      const theirs = await hear((url) =>
        runClientProgram({ command, program, argument: { library: "tgrid", url }, folder })
      );
      const own = await hear((url) => talk(LIBRARY, url));
      assertEquals(own.frames, theirs.frames.map(withoutStack));
      assertEquals(own.closed, theirs.closed);
      assertEquals(own.closed, { code: 3005, reason: "enough" });
      assertEquals(own.frames.length, 1 + 9 + ASKED.length);
    },
  );

  await t.step(
    "our acceptor answers what TGrid's answers when a plain client calls it",
    async () => {
      const argument = { library: "tgrid", make: "tgrid" };
      const program = workshop.program("server");
      const theirServer = await startServerProgram({ command, program, argument, folder });
      const ourServer = await openScenarios(LIBRARY, "ours");
      const theirs = await answersOf(theirServer.port);
      const own = await answersOf(ourServer.port);
      assertEquals(own, theirs.map(withoutStack));
      assertGreater(own.length, 30);
      await Promise.all([theirServer.stop(), ourServer.close()]);
    },
  );
});
