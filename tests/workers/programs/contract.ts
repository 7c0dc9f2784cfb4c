/** A worker that plays a scenario of the contract, and posts what it notes as objects. */
import * as ours from "../../../mod.ts";
import type { Acceptor, Library } from "../../contract/library.ts";
import { playScenario } from "../../contract/scenarios.ts";

const server = new ours.WorkerServer<{ path: string; value?: unknown }, object | null, object>();
const { path, value } = await server.getHeader();
const id = new URLSearchParams(path.split("?")[1]).get("id") ?? "";
const scope = globalThis as unknown as { postMessage(message: unknown): void };

let opened: Promise<void> | undefined;

/** The server, with what an acceptor has more. An acceptor is open as soon as it accepts. */
const acceptor = Object.assign(server, {
  path,
  header: value,
  ip: "",
  accept: (provider: object | null) => opened = server.open(provider, { onEvent() {} }),
  async join(): Promise<void> {
    await opened;
    await ours.WorkerServer.prototype.join.call(server);
  },
  reject: () => server.close(),
  ping() {},
}) as unknown as Acceptor;

await playScenario({
  lib: ours as unknown as Library,
  acceptor,
  lent: {},
  note: (event, what) => {
    // what a later listener of the same event changes is noted, too, as in one process
    queueMicrotask(() => scope.postMessage({ id, event, json: JSON.stringify(what) ?? "null" }));
  },
});
