import { assertEquals, assertRejects } from "@std/assert";
import { runClientProgram, type ServerProcess, startServerProgram } from "../contract/children.ts";
import { isSettled, pause } from "../contract/check.ts";
import { rawClient, rawServer, type RawSocket } from "../contract/raw.ts";
import { openWorkshop, type Workshop } from "../contract/workshop.ts";
import { plus, three } from "../contract/answers/frames.ts";

const PROGRAMS = ["./programs/guest.ts", "../contract/programs/server.ts"].map((path) =>
  new URL(path, import.meta.url)
);
const command = ["node"] as const;
const NUDGE = { uid: 0, listener: "$", parameters: [] };

/** What both of TGrid's ends ignore, and this library may therefore send to any peer. */
const IGNORED: readonly (readonly [what: string, frame: unknown])[] = [
  ["the keep-alive", { uid: 0, success: true }],
  ["a return for an unknown uid", { uid: 4_711, success: false, value: "nobody's" }],
  ["an object of neither kind", { link: { version: 1 } }],
  ["a binary frame", new Uint8Array([1, 2, 3])],
];

function startServer(workshop: Workshop): Promise<ServerProcess> {
  const program = workshop.program("server");
  const argument = { library: "tgrid", make: "tgrid" };
  return startServerProgram({ command, program, argument, folder: workshop.folder });
}

/** A raw client that a TGrid server has accepted. */
async function accepted(port: number, header: object = {}): Promise<RawSocket> {
  const client = await rawClient(`ws://127.0.0.1:${port}/accept`);
  client.send({ header: null, ...header });
  assertEquals(await client.next(), "1");
  return client;
}

/** Holds when a peer answers the frame that is always refused, and nothing else before it. */
async function refusesTheNudge(peer: RawSocket): Promise<void> {
  peer.send(NUDGE);
  const { uid, success } = await peer.nextJson();
  assertEquals([uid, success], [0, false]);
}

Deno.test("TGrid's ends are as this library takes them to be", async (t) => {
  await using workshop = await openWorkshop({ programs: PROGRAMS, packages: ["tgrid@1.2.1"] });
  const server = await startServer(workshop);

  await t.step("TGrid's acceptor ignores what stands beside the header", async () => {
    const client = await accepted(server.port, { link: { version: 1, features: ["frames"] } });
    client.send(plus(1));
    assertEquals(await client.nextJson(), three(1));
    await client.close();
  });

  for (const [what, frame] of IGNORED) {
    await t.step(`TGrid's acceptor ignores ${what}`, async () => {
      const client = await accepted(server.port);
      client.send(frame);
      await refusesTheNudge(client);
      await client.close();
    });
  }

  await t.step("TGrid's acceptor ignores more fields, and other types, in a call", async () => {
    const client = await accepted(server.port);
    const parameters = [{ type: "bytes", value: 1, more: 2 }, { value: 2 }];
    client.send({ uid: 1, listener: "plus", parameters, left: 5, more: [1] });
    assertEquals(await client.nextJson(), three(1));
    await client.close();
  });

  await t.step("TGrid's acceptor drops a call when it comes before the acceptance", async () => {
    const client = await rawClient(`ws://127.0.0.1:${server.port}/late?ms=120`);
    client.send({ header: null }, plus(1));
    assertEquals(await client.next(), "1");
    client.send(plus(2));
    assertEquals(await client.nextJson(), three(2));
    await client.close();
  });

  await t.step("TGrid's acceptor never answers a call whose result is a bigint", async () => {
    const client = await accepted(server.port);
    const parameters = [{ type: "string", value: "bigint" }];
    client.send({ uid: 1, listener: "untellable", parameters });
    await pause(60);
    await refusesTheNudge(client);
    await client.close();
  });

  await t.step("TGrid's connector ignores the same, and answers the nudge", async () => {
    await using raw = rawServer();
    const guest = runClientProgram({
      command,
      program: workshop.program("guest"),
      argument: { library: "tgrid", url: raw.url },
      folder: workshop.folder,
    });
    const peer = await raw.next();
    assertEquals(await peer.nextJson(), { header: null });
    peer.send("1");
    await wake(peer);
    for (const [, frame] of IGNORED) {
      peer.send(frame);
      await refusesTheNudge(peer);
    }
    peer.send({
      uid: 5,
      listener: "echo",
      parameters: [{ type: "x", value: 7, more: 1 }],
      left: 1,
    });
    assertEquals(await peer.nextJson(), { uid: 5, success: true, value: 7 });
    assertEquals(await isSettled(guest), false);
    await peer.close(1000, "");
    assertEquals(await guest, []);
  });

  await server.stop();

  await t.step("TGrid's process ends when a frame is no JSON: so none is ever sent", async () => {
    const victim = await startServer(workshop);
    const client = await accepted(victim.port);
    client.send("no JSON");
    await client.untilClosed();
    await assertRejects(() => victim.stop(), Error, "SyntaxError");
  });
});

/** TGrid's connector hears nothing for some turns after its acceptance. */
async function wake(peer: RawSocket): Promise<void> {
  for (let i = 0; i < 10_000 && peer.seen.length < 2; i++) {
    peer.send(NUDGE);
    await pause(5);
  }
  await peer.next();
  await pause(20);
  for (const _late of peer.seen.slice(2)) await peer.next(); // answers to more than one nudge
}
