// Errors that travel: whether the function ran, what they keep to themselves, what they hold.
import { runInNewContext } from "node:vm";
import { caught, MODES, withDriver } from "./fault_pair.mjs";

/** What the caller gets whose function throws this. */
const thrownTo = (mode, thrown, exposeErrors = false) =>
  withDriver(
    { f: () => Promise.reject(thrown) },
    { ...MODES[mode], exposeErrors, onEvent() {} },
    (driver) => caught(driver.f()),
  );

/** Names of refusals that a provider throws, and real ones. */
function ran(mode) {
  const provider = {
    named: (name) => Promise.reject(Object.assign(new Error("no"), { name })),
    never: () => new Promise(() => {}),
  };
  const options = { ...MODES[mode], limits: { servedCalls: 1 } };
  return withDriver(provider, options, async (driver, connector) => {
    const told = {};
    const note = async (key, call) => {
      const error = await caught(call);
      told[key] = [error.name, lib.mayHaveRun(error)];
    };
    for (const name of ["RefusedError", "BusyError"]) await note(name, driver.named(name));
    await note("absent", driver.absent());
    const running = note("running", driver.never());
    await note("busy", driver.named("x"));
    await note("not sent", driver.never({ toJSON: raise }));
    await connector.close();
    await running;
    return told;
  });
}

/** As axios has it: its `toJSON` tells its stack, and the request with its headers. */
class AxiosError extends Error {
  message = "failed";
  name = "AxiosError";
  code = "ERR_BAD_REQUEST";
  config = { url: "/pay", headers: { Authorization: "Bearer secret", accept: "*" } };
  stack = "AxiosError: failed\n    at secret.js:1:1";
  cause = new Error("the cause");
  toJSON() {
    const { name, message, stack, config, code, cause } = this;
    return { name, message, stack, config, code, cause, status: 400 };
  }
}

/** Which secrets of an error reach its caller, beside all else. */
async function secrets(mode, exposeErrors) {
  const error = await thrownTo(mode, new AxiosError(), exposeErrors);
  const { name, message, code, status, config, stack, cause } = error;
  const text = [JSON.stringify(error), stack, cause?.message].join();
  const told = ["Bearer secret", "at secret", "the cause"].filter((one) => text.includes(one));
  return [name, message, code, status, config.url, config.headers.accept, told];
}

/** What is left of an error with three fields that can't be encoded as JSON, and one by nothing. */
async function fields(mode) {
  const circular = {};
  circular.self = circular;
  const bad = { toJSON: raise };
  const error = Object.assign(new RangeError("failed"), {
    code: "E",
    bad,
    circular,
    big: 7n,
    max: 3,
  });
  Object.defineProperty(error, "odd", { enumerable: true, get: raise });
  const told = await thrownTo(mode, error);
  const isSame = [told.big === 7n, (told.circular ?? {}).self === (told.circular ?? null)];
  return [told.name, told.message, told.code, told.max, Object.keys(told).sort(), isSame];
}

function raise() {
  throw new Error("can't be read");
}

/** An error of another realm. */
async function foreign(mode) {
  const text = 'Object.assign(new RangeError("elsewhere"), { code: "ENOENT" })';
  const thrown = runInNewContext(text);
  const { name, message, code } = await thrownTo(mode, thrown);
  return [thrown instanceof Error, name, message, code];
}

/** What an error holds, and those hold. */
async function aggregate(mode) {
  const deep = new AggregateError([new URIError("deepest")], "deep");
  const errors = [Object.assign(new TypeError("one"), { code: "E1" }), "two", deep];
  const error = await thrownTo(mode, new AggregateError(errors, "all"));
  const [one, two, three] = error.errors;
  const isError = one instanceof lib.RemoteError;
  return [`${error}`, isError, `${one}`, one.code, two, `${three}`, `${three.errors[0]}`];
}

/** As `using` throws it; platforms that lack the class have helpers that make one like this. */
function suppressedError(error, suppressed, message) {
  if (typeof SuppressedError === "function") return new SuppressedError(error, suppressed, message);
  const made = new Error(message);
  const own = { name: "SuppressedError", error, suppressed };
  for (const [key, value] of Object.entries(own)) Object.defineProperty(made, key, { value });
  return made;
}

/** The two errors that one holds. */
async function suppressed(mode) {
  const thrown = suppressedError(new TypeError("second"), new RangeError("first"), "both");
  const error = await thrownTo(mode, thrown);
  const { error: second, suppressed: first } = error;
  return [`${error}`, second instanceof lib.RemoteError, `${second}`, `${first}`];
}

const seen = { hasSuppressedError: typeof SuppressedError === "function" };
for (const mode of Object.keys(MODES)) {
  seen[mode] = {
    ran: await ran(mode),
    hidden: await secrets(mode, false),
    exposed: await secrets(mode, true),
    fields: await fields(mode),
    foreign: await foreign(mode),
    aggregate: await aggregate(mode),
    suppressed: await suppressed(mode),
  };
}
console.log(JSON.stringify(seen));
