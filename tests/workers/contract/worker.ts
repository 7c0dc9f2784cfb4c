import type { Acceptor } from "../../contract/library.ts";
import { playScenario } from "../../contract/scenarios.ts";
import type { WorkerLibrary } from "./client.ts";
import { chosen, post } from "./notes.ts";

/** The worker of a case: plays the scenario that was chosen, and posts what it notes. */
export async function main(lib: WorkerLibrary): Promise<void> {
  const { path, limits, isStructured } = chosen();
  const id = new URLSearchParams(path.split("?")[1]).get("id") ?? "";
  const server = new lib.WorkerServer();
  const header = await server.getHeader();
  const use = isStructured ? [lib.structured] : [];
  let opened: Promise<void> | undefined;
  /** The server, with what an acceptor has more. An acceptor is open as soon as it accepts. */
  const acceptor = Object.assign(server, {
    path,
    header,
    ip: "",
    accept: (provider: object | null) =>
      opened = server.open(provider, { limits, use, onEvent() {} }),
    async join(limit?: number): Promise<void | boolean> {
      await opened;
      return await lib.WorkerServer.prototype.join.call(server, limit);
    },
    reject: () => server.close(),
    ping() {},
  }) as unknown as Acceptor;
  await playScenario({
    lib,
    acceptor,
    lent: {},
    note(event, what) {
      // what a later listener of the same event changes is noted, too, as in one process
      const value = (): unknown => isStructured ? what : JSON.parse(JSON.stringify(what) ?? "null");
      queueMicrotask(() => post({ id, event, value: value() }));
    },
  });
}
