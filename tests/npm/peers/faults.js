// Both forms of the package in one program: listeners that freeze, fake timers, signals, two copies.
import { createRequire } from "node:module";
const other = createRequire(import.meta.url)("sheetbend");
const seen = {};
process.on("warning", ({ name }) => seen.warned = name);

const methods = [];
const provider = {
  echo: (value) => value,
  later: async (value) => await value,
  method: () => methods.push(other.currentCall().method),
  never: () => new Promise(() => {}),
};
const server = new lib.WebSocketServer();
await server.open({ port: 0, hostname: "127.0.0.1" }, (acceptor) => {
  for (const type of ["receive", "return"]) acceptor.on(type, freeze);
  return acceptor.accept(provider);
});
const url = `ws://127.0.0.1:${server.address.port}`;

function freeze(event) {
  for (const value of Object.values(event)) Object.freeze(value);
  Object.freeze(event.function.parameters);
  Object.freeze(event);
  return { then: (_, reject) => reject(new Error("a listener failed")) };
}

const clients = [];
for (let i = 0; i < 11; i++) {
  const client = new lib.WebSocketConnector(null, null);
  for (const type of ["send", "complete"]) client.on(type, freeze);
  await client.connect(url, i % 2 === 0 ? {} : { wire: "plain" });
  clients.push(client);
}
const drivers = clients.map((client) => client.getDriver());
const told = (call) => call.catch((error) => error);

seen.frozen = await Promise.all(drivers.map((driver) => driver.later("x")));
seen.absent = (await told(drivers[1].absent())).name;
await drivers[0].method();
seen.method = methods;
const late = await told(other.withOptions(drivers[0], { timeout: 5 }).never());
seen.late = [late instanceof lib.DeadlineError, late instanceof other.DeadlineError];

const control = new AbortController();
const calls = drivers.map((driver) =>
  told(lib.withOptions(driver, { signal: control.signal }).never())
);
await drivers[0].echo(1);
control.abort("enough");
seen.aborted = await Promise.all(calls);

const names = ["queueMicrotask", "setTimeout", "setInterval", "setImmediate"];
const real = names.map((name) => [name, globalThis[name]]);
for (const name of names) globalThis[name] = () => 1;
seen.faked = await Promise.all(drivers.slice(0, 2).map((driver) => driver.echo("y")));
for (const [name, value] of real) globalThis[name] = value;

await Promise.all(clients.map((client) => client.close()));
await server.close();
console.log(JSON.stringify(seen));
