// Limits and aborts on a platform whose signals lack the younger methods. `lib` is the package.
import { caught, failureOf, soon, withDriver } from "./fault_pair.mjs";

const seen = { lacks: ["any", "timeout", "throwIfAborted"] };
seen.lacks = seen.lacks.filter((name) => !(name in AbortSignal || name in AbortSignal.prototype));
const never = new Promise(() => {});

await withDriver({ wait: () => never }, {}, async (driver, connector) => {
  seen.join = await soon(connector.join(5));
  seen.settles = await soon(lib.settles(never, 5));
  seen.within = await soon(failureOf(() => lib.within(never, 5, "it")));
  seen.inTime = await lib.within(Promise.resolve(7), 60_000, "it");
  seen.timeout = (await soon(caught(lib.withOptions(driver, { timeout: 5 }).wait()))).name;

  seen.aborted = [];
  for (const reason of [undefined, "enough"]) {
    const control = new AbortController();
    const { wait } = connector.getDriver({ signal: control.signal });
    const nested = lib.withOptions(wait, { signal: new AbortController().signal });
    const before = [wait(), nested()].map(caught);
    control.abort(reason);
    const errors = await soon(Promise.all([...before, caught(wait())]));
    seen.aborted.push(errors.map((error) => error?.name ?? error));
  }
});

const server = new lib.WebSocketServer();
await server.open(
  { port: 0, hostname: "127.0.0.1" },
  (acceptor) => acceptor.join().catch(() => {}),
);
const url = `ws://127.0.0.1:${server.address.port}`;
const attempt = (options) =>
  soon(caught(new lib.WebSocketConnector(null, null).connect(url, options)));
const { name, status, cause } = await attempt({ timeout: 20 });
const control = new AbortController();
setTimeout(() => control.abort(), 20);
seen.connect = [name, status, cause.name, (await attempt({ signal: control.signal })).name];
await server.close();
console.log(JSON.stringify(seen));
