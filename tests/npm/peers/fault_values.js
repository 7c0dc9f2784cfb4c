// Names, values and texts: what no call leaves for, what arrives, and what errors say.
import { isDeepStrictEqual } from "node:util";
import { runInNewContext } from "node:vm";
import { caught, failureOf, MODES, withDriver } from "./fault_pair.mjs";

/** The texts of calls by names that no path can hold, and what was called. */
function names() {
  const called = [];
  const post = () => called.push("post");
  const provider = { a: { b: post }, rooms: { 7: { admin: { post } } } };
  return withDriver(provider, {}, async (driver) => {
    const { rooms } = driver;
    const calls = [driver["a.b"](), driver[""](), rooms["7.admin"].post(), rooms[""].post()];
    const errors = await Promise.all(calls.map(caught));
    const told = errors.map((error) => [error.name, error.message, lib.mayHaveRun(error)]);
    await rooms[7].admin.post();
    return [...told, called];
  });
}

const FOREIGN = {
  'new Map([["a", new Set([1])]])': new Map([["a", new Set([1])]]),
  "new Set([1, 2])": new Set([1, 2]),
  "new Date(7)": new Date(7),
  "/a+/gi": /a+/gi,
  "new Uint16Array([1, 2])": new Uint16Array([1, 2]),
  "new DataView(new ArrayBuffer(3), 1)": new DataView(new ArrayBuffer(2)),
  "new Uint8Array([7]).buffer": new Uint8Array([7]).buffer,
  "({ a: [1, { b: new Date(0) }] })": { a: [1, { b: new Date(0) }] },
};

/** Whether each value of another realm is there, and arrives as this realm's. */
function foreign() {
  return withDriver({ echo: (value) => value }, MODES.structured, async ({ echo }) => {
    const told = {};
    for (const [text, own] of Object.entries(FOREIGN)) {
      const value = runInNewContext(text);
      const isOther = Object.getPrototypeOf(value) !== Object.getPrototypeOf(own);
      told[text] = [isOther, isDeepStrictEqual(await echo(value), own)];
    }
    const error = await echo(runInNewContext('new AggregateError([new TypeError("one")], "all")'));
    const isOwn = [error instanceof AggregateError, error.errors[0] instanceof TypeError];
    return { ...told, error: [...isOwn, `${error}`, `${error.errors}`, Object.keys(error)] };
  });
}

class Animal {
  constructor(name) {
    this.name = name;
  }
}
class Dog extends Animal {}
class Puppy extends Dog {}

/** The classes that arrive, for each order in which they are described. */
async function nearest() {
  const describe = (type) => ({
    class: type,
    encode: ({ name }) => name,
    decode: (name) => new type(name),
  });
  const told = [];
  for (const types of [[Animal, Dog], [Dog, Animal]]) {
    const described = Object.fromEntries(types.map((type) => [type.name, describe(type)]));
    const use = [lib.structured({ types: described })];
    const sent = [new Animal("a"), new Dog("d"), new Puppy("p")];
    const echo = (values) => values;
    const got = await withDriver({ echo }, { use }, (driver) => driver.echo(sent));
    told.push(got.map((one) => `${one.constructor.name} ${one.name}`));
  }
  return told;
}

const MADE = {
  Promise: () => Promise.resolve(1),
  Blob: () => new Blob(["a"]),
  Headers: () => new Headers({ a: "b" }),
  FormData: () => {
    const form = new FormData();
    form.append("a", "b");
    return form;
  },
  Generator: () => (function* () {})(),
};

/** What came of each as a parameter and as a result: the text of the error, or the value. */
function fieldless() {
  const provider = { echo: (value) => value, give: (name) => ({ body: MADE[name]() }) };
  const outcomeOf = (call) => call.then(({ body }) => body, ({ message }) => message);
  return withDriver(provider, { ...MODES.structured, onEvent() {} }, async (driver) => {
    const told = {};
    for (const [name, make] of Object.entries(MADE)) {
      const calls = [driver.echo({ body: make() }), driver.give(name)];
      told[name] = await Promise.all(calls.map(outcomeOf));
    }
    return told;
  });
}

/** What `toJSON` gives is asked no more, even if it has a `toJSON`. */
function twice() {
  return withDriver({ echo: (value) => value }, MODES.structured, async ({ echo }) => {
    const told = await echo({ toJSON: () => ({ at: new Date(5), toJSON: () => "again" }) });
    return [told.at instanceof Date, told.at.getTime(), Object.keys(told)];
  });
}

function nested(levels) {
  let value = {};
  for (let i = 1; i < levels; i++) value = { in: value };
  return value;
}

const levelsOf = (value) => JSON.stringify(value).split("{").length - 1;

/** What is too deep, beside what is not. */
function depths(mode) {
  return withDriver({ levelsOf, nested }, { ...MODES[mode], onEvent() {} }, async (driver) => {
    const others = [driver.levelsOf(nested(900)), driver.nested(900).then(levelsOf)];
    const calls = [driver.levelsOf(7, nested(1_500)), driver.nested(1_500)];
    const errors = await Promise.all(calls.map(caught));
    const short = ({ message }) => message.replace(/(\.in)+\.?i?…?"/, '.in…"');
    const told = errors.map((error) => [error.name, short(error)]);
    const isSent = errors.map(lib.mayHaveRun);
    return [...told, isSent, await Promise.all(others), await driver.levelsOf(nested(3))];
  });
}

/** What tools look for in a driver, without a call. */
function looks() {
  const names = ["then", "__v_raw", "__v_isRef", "_isMockFunction", "@@iterator", "prototype"];
  return withDriver(
    { f: (x) => x, ns: { name: () => "called" } },
    {},
    async (driver, connector) => {
      const sent = [];
      connector.on("send", ({ function: { listener } }) => sent.push(listener));
      const told = [];
      for (const one of [driver, driver.ns, driver.ns.f]) {
        const found = [...names, Symbol.iterator, Symbol.asyncIterator].filter((name) =>
          name in one || one[name] !== undefined
        );
        const set = await failureOf(() => one.note = 1);
        Object.freeze(one);
        told.push([found, one.constructor.name, set, Object.isFrozen(one), Object.keys(one)]);
      }
      return [...told, await driver.f(1), await driver.ns.name(), sent];
    },
  );
}

/** What unknown options, and a deadline, say. */
function texts() {
  const never = () => new Promise(() => {});
  return withDriver({ never }, {}, (driver, connector, server) => {
    const fresh = new lib.WebSocketConnector(null, null);
    const url = `ws://127.0.0.1:${server.address.port}`;
    const acts = [
      () => fresh.connect(url, { timeOut: 5 }),
      () => fresh.connect(url, { wire: "Plain" }),
      () => fresh.connect(url, { limits: { frameByte: 1 } }),
      () => new lib.WebSocketServer().open({ port: 0, hostName: "127.0.0.1" }, () => {}),
      () => server.close({ Grace: 5 }),
      () => connector.getDriver({ timout: 1 }),
      () => lib.withOptions(driver, { dedline: 1 }),
      () => lib.structured({ type: {} }),
      () => connector.getDriver({ timeout: 20 }).never(),
      () => connector.getDriver({ deadline: new Date(0) }).never(),
    ];
    return Promise.all(acts.map(failureOf));
  });
}

const seen = {
  names: await names(),
  foreign: await foreign(),
  nearest: await nearest(),
  twice: await twice(),
  fieldless: await fieldless(),
  depths: {},
  looks: await looks(),
  texts: await texts(),
};
for (const mode of Object.keys(MODES)) seen.depths[mode] = await depths(mode);
console.log(JSON.stringify(seen));
