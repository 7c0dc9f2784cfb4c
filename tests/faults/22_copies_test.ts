/** Two copies of the library in one program, as when one half imports it and the other requires it. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import * as ours from "../../mod.ts";
import { HERE } from "../helpers/servers.ts";

const root = new URL("../../", import.meta.url);

/** Another copy, out of another folder. */
async function another(): Promise<typeof ours> {
  const folder = await Deno.makeTempDir();
  try {
    await copy("src", `${folder}/src`);
    await Deno.copyFile(new URL("mod.ts", root), `${folder}/mod.ts`);
    return await import(`file://${folder}/mod.ts`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function copy(from: string, to: string): Promise<void> {
  await Deno.mkdir(to);
  for await (const { name, isDirectory } of Deno.readDir(new URL(from, root))) {
    if (isDirectory) await copy(`${from}/${name}`, `${to}/${name}`);
    else await Deno.copyFile(new URL(`${from}/${name}`, root), `${to}/${name}`);
  }
}

const theirs = await another();

Deno.test("two copies in one program know each other's drivers, calls and errors", async () => {
  assert(theirs.withOptions !== ours.withOptions);
  const server = new theirs.WebSocketServer<null, object, null>();
  const methods: string[] = [];
  await server.open({ ...HERE }, (acceptor) =>
    acceptor.accept({
      f: () => void methods.push(ours.currentCall().method, theirs.currentCall().method),
      never: () => new Promise(() => {}),
    }));
  const client = new theirs.WebSocketConnector<
    null,
    null,
    { f(): void; never(): void; no(): void }
  >(null, null);
  const driver = client.getDriver();
  const unsent = await driver.f().catch((error) => error);
  assert(unsent instanceof ours.NotSentError && unsent instanceof theirs.NotSentError);
  await client.connect(`ws://127.0.0.1:${server.address!.port}`);
  await driver.f();
  assertEquals(methods, ["f", "f"]);
  const late = await ours.withOptions(driver, { timeout: 5 }).never()
    .catch((error: unknown) => error);
  assert(late instanceof ours.DeadlineError && !(late instanceof ours.StateError));
  const failed = new theirs.WorkerError("it exited");
  assert(failed instanceof ours.WorkerError && !(failed instanceof ours.StateError));
  const refused = await driver.no().catch((error: unknown) => error);
  assert(refused instanceof ours.RemoteError);
  assertThrows(() => ours.withOptions({}, {}), TypeError);

  // a relay: the provider of one copy holds a driver of the other
  const relay = new ours.WebSocketServer<null, object, null>();
  await relay.open({ ...HERE }, (acceptor) => acceptor.accept({ there: driver }));
  const far = new ours.WebSocketConnector<null, null, { there: { f(): void } }>(null, null);
  await far.connect(`ws://127.0.0.1:${relay.address!.port}`);
  await far.getDriver().there.f();
  assertEquals(methods.length, 4);
  await far.close();
  await relay.close();
  await client.close();
  await server.close();
});

for (
  const name of [
    ...["WebSocketError", "ConnectionClosedError", "NotSentError", "EncodeError"],
    ...["DeadlineError", "StateError", "RemoteError"],
  ] as const
) {
  Deno.test(`instanceof ${name} holds for its own, for another copy's, and for no other error`, () => {
    const [Ours, Theirs] = [ours[name], theirs[name]] as unknown as (new () => Error)[];
    class Extended extends Ours! {}
    const [own, other, extended] = [new Ours!(), new Theirs!(), new Extended()];
    assertEquals([own, other, extended].map((error) => error instanceof Ours!), [true, true, true]);
    assertEquals([own, other, extended].map((error) => error instanceof Theirs!), [
      true,
      true,
      true,
    ]);
    assertEquals([own, other, extended].map((error) => error instanceof Extended), [
      false,
      false,
      true,
    ]);
    for (
      const value of [new Error(name), new TypeError(name), { name }, null, undefined, name, 7]
    ) {
      assertEquals(value instanceof Ours!, false);
    }
    assertEquals(Object.getOwnPropertySymbols(other), []);
  });
}
