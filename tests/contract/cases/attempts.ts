import { equal, matches, ok, rejects } from "../check.ts";
import type { Case, World } from "../world.ts";

function failing(world: World): { readonly fields: { status: number; message: string } } {
  return {
    fields: world.pairing.server === "ours"
      ? { status: 1011, message: "Internal server error" }
      : { status: 1005, message: "" },
  };
}

/** Attempts that fail, and what comes after them. */
export const ATTEMPTS: readonly Case[] = [
  ...["/throw", "/fail"].map((path): Case => ({
    name: `connect() is rejected, and told no secret, when the handler fails: "${path}"`,
    async run(world) {
      const { connect, connector } = world.prepare(path);
      await rejects(connect(), { is: [world.lib.WebSocketError], ...failing(world) });
      equal(connector.state, -1);
    },
  })),
  {
    name: "a connection ends when the handler throws after it accepted",
    async run(world) {
      const { connector, connect, remote } = world.prepare("/accept-throw");
      await connect();
      const call = remote.never().catch((error: unknown) => error);
      await connector.join().catch(() => {}); // TGrid's refuses to join what has ended already
      equal(connector.state, 3);
      if (world.pairing.server === "ours") {
        // it may have ended before the call was made: then that is the cause
        const error = await call;
        matches(error.status === undefined ? error.cause : error, failing(world));
      }
    },
  },
  {
    name: "connect() is rejected with 1008 in time, and works afterwards, when nobody decides",
    async run(world) {
      const { connect, connector } = world.prepare("/never");
      const connecting = connect({ timeout: 30 });
      equal(connector.state, 0);
      await rejects(connecting, { is: [world.lib.WebSocketError], fields: { status: 1008 } });
      equal(connector.state, -1);
    },
  },
  {
    name: "connect() has a DeadlineError as its error's cause when it took too long",
    needs: ["our client"],
    async run(world) {
      const { connect } = world.prepare("/never");
      const error = await rejects(connect({ timeout: 20 }));
      matches((error as Error).cause, { is: [world.lib.DeadlineError!] });
    },
  },
  {
    name: "connect() is rejected with 1008 when the server's own deadline passes",
    needs: ["our server"],
    async run(world) {
      const { port } = await world.control.openSpare({ decisionTimeout: 20 });
      const { connect } = world.prepare("/never", { port });
      await rejects(connect(), { is: [world.lib.WebSocketError], fields: { status: 1008 } });
      await world.control.closeSpare(port);
    },
  },
  {
    name: "connect() is rejected with 1006 when nobody listens",
    async run(world) {
      const { port } = await world.control.openSpare();
      await world.control.closeSpare(port);
      const { connect, connector } = world.prepare("/accept", { port });
      await rejects(connect(), { is: [world.lib.WebSocketError], fields: { status: 1006 } });
      equal(connector.state, -1);
    },
  },
  {
    name:
      "connect() is rejected with the signal's reason when it aborts, and dials not at all after",
    needs: ["our client"],
    async run(world) {
      const { connect, connector } = world.prepare("/never");
      const control = new AbortController();
      const reason = new Error("changed my mind");
      const connecting = connect({ signal: control.signal });
      control.abort(reason);
      ok(await rejects(connecting) === reason, "it is the reason itself");
      equal(connector.state, -1);
      ok(await rejects(connect({ signal: control.signal })) === reason, "and once more");
    },
  },
  {
    name: "connect() works on the same object when an attempt failed before",
    needs: ["our client"],
    async run(world) {
      const connector = world.connector(null, null);
      const urlOf = (path: string): string => world.prepare(path).url;
      await rejects(connector.connect(urlOf("/reject?status=3001&reason=no"), world.options()));
      await rejects(connector.connect(urlOf("/never"), world.options({ timeout: 20 })));
      await rejects(connector.connect(urlOf("/throw"), world.options()));
      await connector.connect(urlOf("/accept"), world.options());
      equal(await connector.getDriver().plus(1, 2), 3);
    },
  },
];
