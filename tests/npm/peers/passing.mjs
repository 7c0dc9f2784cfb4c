// What both ends of a connection offer, and what one end does with a driver of the other's: streams
// and callbacks, of each kind and with each ending. `lib` is the package. Runs in pages, too.

/** Counts what it produces, and how often a `finally` runs. */
export function providerOf(lib) {
  const counts = { produced: 0, finished: 0 };
  let kept;
  let count = 0;
  async function* rows(end) {
    try {
      for (let id = 0; id < end; id++) {
        counts.produced++;
        yield { id, at: new Date(id) };
      }
    } finally {
      counts.finished++;
    }
  }
  return {
    rows: (end) => rows(end ?? Infinity),
    chunks,
    counts: () => counts,
    readable,
    async *fails() {
      yield 1;
      yield 2;
      throw new RangeError("in the middle");
    },
    async *lists() {
      for (let i = 1; i < 4; i++) yield [rows(i), (x) => x + i];
    },
    endless: () =>
      new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array([1])),
        cancel: () => void counts.finished++,
      }),
    async sum(list) {
      let sum = 0;
      for await (const { id, at } of list) sum += id + at.getTime();
      return sum;
    },
    async first(list) {
      for await (const { id } of list) return id;
    },
    kindOf,
    async each(end, f) {
      const got = [];
      for (let i = 0; i < end; i++) got.push(await f(i));
      return got;
    },
    keep: (f) => void (kept = f),
    callKept: (x) => kept(x),
    isKept: (f) => f === kept,
    back: (f) => f,
    listed: (...views) => views.map((view) => [...view]),
    release: () => kept[Symbol.dispose](),
    counter: () => lib.proxy({ up: (by) => count += by }),
  };
}

/** In one piece of memory, as programs that read files do. */
async function* chunks(count, size) {
  const chunk = new Uint8Array(size);
  for (let i = 0; i < count; i++) yield chunk.fill(i);
}

/** Views of memory that sockets don't send, or send more of. */
function viewsOf() {
  const { buffer: shared } = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const growing = new ArrayBuffer(4, { maxByteLength: 8 });
  const plain = new ArrayBuffer(4);
  return [shared, growing, plain].map((buffer, i) => new Uint8Array(buffer, 1, 2).fill(i));
}

/** A stream of bytes. */
function readable(count, size) {
  let made = 0;
  return new ReadableStream({
    type: "bytes",
    pull(controller) {
      if (made === count) controller.close();
      else controller.enqueue(new Uint8Array(size).fill(made++));
    },
  });
}

/** What has arrived as a stream, and the sum of its bytes. */
async function kindOf(stream) {
  const isReadable = stream instanceof ReadableStream;
  let isBytes = true;
  try {
    stream.getReader({ mode: "byob" }).releaseLock();
  } catch {
    isBytes = false;
  }
  let [size, sum] = [0, 0];
  const reader = isReadable ? stream.getReader() : undefined;
  const next = () => reader?.read() ?? stream.next();
  for (let item = await next(); !item.done; item = await next()) {
    size += item.value.length;
    sum += item.value.reduce((a, b) => a + b, 0);
  }
  return [isReadable, isBytes, size, sum];
}

const ended = async (promise) => {
  try {
    return await promise;
  } catch (error) {
    return `${error.name}: ${error.message}`;
  }
};

/** Waits until the other side has run so many of `finally`; more rounds than a busy machine takes. */
async function finished(driver, count) {
  for (let round = 0; round < 10_000; round++) {
    const { finished } = await driver.counts();
    if (finished >= count) return finished;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return "not finished";
}

async function itemsOf(stream, atMost = Infinity) {
  const items = [];
  try {
    for await (const item of stream) {
      items.push(item?.id ?? item);
      if (items.length === atMost) break;
    }
  } catch (error) {
    items.push(`${error.name}: ${error.message}`);
  }
  return items;
}

async function streamsOf(driver, own) {
  const seen = {};
  const before = own.counts().finished;
  const since = () => own.counts().finished - before;
  const views = viewsOf();
  const listed = driver.listed(...views);
  for (const view of views) view.fill(9);
  seen.views = await listed;
  const got = await itemsOf(driver.rows(1_000));
  seen.rows = [got.length, got.reduce((a, b) => a + b, 0)];
  seen.chunks = await kindOf(await driver.chunks(60, 40_000));
  seen.bytes = await kindOf(await driver.readable(20, 40_000));
  seen.fails = await itemsOf(driver.fails());
  seen.sent = [
    await driver.sum(own.rows(1_000)),
    await driver.kindOf(chunks(60, 40_000)),
    await driver.kindOf(readable(20, 40_000)),
    await driver.first(own.rows()),
  ];
  for (let round = 0; round < 10_000 && since() < 2; round++) await driver.counts();
  seen.own = since();
  seen.lists = [];
  for await (const [rows, f] of driver.lists()) {
    seen.lists.push([(await itemsOf(rows)).length, await f(10)]);
  }
  return seen;
}

/** How streams end whose reader stops; each runs the `finally` of the other side once. */
async function endingsOf(lib, driver) {
  const seen = {};
  const { finished: before, produced } = await driver.counts();
  const stopped = await driver.rows();
  for (let i = 0; i < 10; i++) await stopped.next();
  let ahead = 0;
  for (let round = 0; round < 50; round++) {
    ahead = (await driver.counts()).produced - produced - 10;
  }
  seen.ahead = ahead > 0 && ahead <= 64;
  seen.return = [await stopped.return(), await stopped.return(), (await stopped.next()).done];
  seen.break = await itemsOf(driver.rows(), 3);
  const disposed = await driver.rows();
  await disposed.next();
  await disposed[Symbol.asyncDispose]();
  const reader = (await driver.endless()).getReader();
  await reader.read();
  await reader.cancel();
  const control = new AbortController();
  const rows = lib.withOptions(driver.rows, { signal: control.signal });
  seen.aborted = [];
  try {
    for await (const { id } of rows()) {
      seen.aborted.push(id);
      if (id === 2) control.abort(new Error("enough"));
    }
  } catch (error) {
    seen.aborted.push(error.message);
  }
  seen.finished = await finished(driver, before + 5) - before;
  return seen;
}

async function callbacksOf(driver) {
  const seen = {};
  seen.each = await driver.each(4, (x) => x * 2);
  const f = (x) => x + 1;
  await driver.keep(f);
  seen.kept = [await driver.callKept(1), await driver.isKept(f), await driver.back(f) === f];
  await driver.release();
  seen.released = (await ended(driver.callKept(1))).replace(/\d+/, "N");
  await driver.keep(f);
  seen.again = await driver.callKept(2);
  const counter = await driver.counter();
  const first = await counter.up(2);
  seen.counter = await counter.up(3) - first;
  counter[Symbol.dispose]();
  seen.disposed = (await ended(counter.up(1))).replace(/\d+/, "N");
  return seen;
}

/** What an end makes of a driver of the other's provider. */
export async function passing(lib, driver, own) {
  return {
    streams: await streamsOf(driver, own),
    endings: await endingsOf(lib, driver),
    callbacks: await callbacksOf(driver),
  };
}

/** What happens to a stream and a function when their connection is closed. */
export async function endOf(driver, close) {
  const rows = await driver.rows();
  const counter = await driver.counter();
  await rows.next();
  const chunks = await driver.chunks(Infinity, 1);
  await chunks.next();
  await close();
  const left = await itemsOf(chunks);
  const { name, code, message } = await counter.up(1).catch((error) => error);
  return [left.at(-1).split(":")[0], name, code, message.replace(/\d+/, "N")];
}

/** What `passing` gives everywhere. */
export const PASSED = {
  streams: {
    views: [[0, 0], [1, 1], [2, 2]],
    rows: [1_000, 499_500],
    chunks: [false, false, 2_400_000, 70_800_000],
    bytes: [true, true, 800_000, 7_600_000],
    fails: [1, 2, "RangeError: in the middle"],
    sent: [999_000, [false, false, 2_400_000, 70_800_000], [true, true, 800_000, 7_600_000], 0],
    own: 2,
    lists: [[1, 11], [2, 12], [3, 13]],
  },
  endings: {
    ahead: true,
    return: [{ done: true }, { done: true }, true],
    break: [0, 1, 2],
    aborted: [0, 1, 2, "enough"],
    finished: 5,
  },
  callbacks: {
    each: [0, 2, 4, 6],
    kept: [2, true, true],
    released: 'ReleasedError: Cannot call ".N": it has been released',
    again: 3,
    counter: 3,
    disposed: 'ReleasedError: Cannot call ".N.up": it has been released',
  },
};

/** What `endOf` gives everywhere. */
export const CLOSED = [
  "ConnectionClosedError",
  "ReleasedError",
  "RELEASED",
  'Cannot call ".N.up": its connection has closed',
];
