// Ends that are given up, heartbeats, and clocks that are set. `lib` is the package.
import { caught, soon, withDriver } from "./fault_pair.mjs";

const ws = await import("ws");
const HOUR = 3_600_000;
const HEARTBEAT = 60;
const PLAIN_HEADER = '{"header":null}';
const NUDGE = '{"uid":0,"listener":"$","parameters":[]}';
const { WebSocket = ws.WebSocket } = globalThis; // the one that the package takes

/** What a socket of `ws` reads, up to the code and the reason of its end. */
function read(socket, texts = []) {
  return new Promise((resolve) => {
    socket.on("message", (text) => texts.push(`${text}`));
    socket.on("close", (code, reason) => resolve([code, `${reason}`]));
  });
}

/** A server that says this once a client has said its header, and never more. */
async function silentServer(texts) {
  const server = new ws.WebSocketServer({ port: 0, host: "127.0.0.1" });
  let hear, end;
  const said = new Promise((resolve) => hear = resolve);
  const ended = new Promise((resolve) => end = resolve);
  server.on("connection", (socket) => {
    end(read(socket));
    socket.once("message", (header) => {
      for (const text of texts) socket.send(text);
      hear(header);
    });
  });
  await new Promise((resolve) => server.on("listening", resolve));
  const close = () => new Promise((resolve) => server.close(resolve));
  return { url: `ws://127.0.0.1:${server.address().port}`, said, ended, close };
}

/** The code and the reason that a silent server reads when a client does this. */
async function readOf(texts, act) {
  const server = await silentServer(texts);
  await act(new lib.WebSocketConnector(null, null), server);
  const end = await soon(server.ended);
  await server.close();
  return end;
}

/** A silent client of the package's server: how often it is asked, and how it is given up. */
async function silentClient() {
  const server = new lib.WebSocketServer();
  const where = { port: 0, hostname: "127.0.0.1" };
  await server.open({ ...where, heartbeat: HEARTBEAT }, (acceptor) => acceptor.accept(null));
  const socket = new ws.WebSocket(`ws://127.0.0.1:${server.address.port}`);
  const texts = [];
  socket.on("open", () => socket.send(PLAIN_HEADER));
  const end = await soon(read(socket, texts));
  await server.close();
  return [texts.filter((text) => text === NUDGE).length, ...end];
}

/** What a silent server reads when the client gives up its attempt, or the connection. */
async function givenUp() {
  const late = await readOf([], (connector, { url }) => {
    return caught(connector.connect(url, { timeout: 1_000 }));
  });
  const aborted = await readOf([], async (connector, { url, said }) => {
    const control = new AbortController();
    const attempt = caught(connector.connect(url, { signal: control.signal }));
    await soon(said);
    control.abort();
    await attempt;
  });
  const lost = await readOf(["1"], async (connector, { url }) => {
    await connector.connect(url, { heartbeat: HEARTBEAT });
    await soon(connector.join());
  });
  const broken = await readOf(["1"], async (connector, { url }) => {
    const socket = new WebSocket(url);
    await connector.connect(url, { socket: () => socket, onEvent() {} });
    socket.send = () => {
      throw new Error("full");
    };
    await soon(caught(connector.getDriver().f()));
  });
  return { late, aborted, lost, broken };
}

/** How many ms have passed by the timers of heartbeats: a slow machine changes nothing. */
function heartbeatClock() {
  const { setTimeout: start } = globalThis;
  const clock = { passed: 0, stop: () => void (globalThis.setTimeout = start) };
  globalThis.setTimeout = (then, ms, ...rest) =>
    start(() => {
      if (ms === HEARTBEAT || ms === HEARTBEAT / 2) clock.passed += ms;
      then(...rest);
    }, ms);
  return clock;
}

/** A server that speaks right after the handshake, and then no more: when it is asked, and lost. */
async function heartbeats() {
  const clock = heartbeatClock();
  const server = await silentServer(["1", '{"uid":1,"listener":"hear","parameters":[]}']);
  const asked = [];
  let heard, lost;
  const connector = new lib.WebSocketConnector(null, { hear: () => void (heard = clock.passed) });
  const socket = () => {
    const made = new WebSocket(server.url);
    const send = made.send.bind(made);
    made.send = (data) => {
      if (data === NUDGE) asked.push(clock.passed);
      send(data);
    };
    return made;
  };
  const onEvent = ({ type }) => type === "close" && (lost = clock.passed);
  await connector.connect(server.url, { heartbeat: HEARTBEAT, socket, onEvent });
  const { status } = await soon(caught(connector.getDriver().f()));
  clock.stop();
  await soon(server.ended);
  await server.close();
  const isInTime = [asked[0] - heard <= HEARTBEAT, lost - heard <= 3 * HEARTBEAT];
  return [asked.length, ...isInTime, status];
}

/** Acts while the wall clock is off by so many ms. */
async function shifted(ms, act) {
  const { now } = Date;
  Date.now = () => now() + ms;
  const told = await soon(act());
  Date.now = now;
  return told;
}

/** What becomes of calls with a limit when the clock is set back, and forward. */
function clocks() {
  let answer, begin;
  const begun = new Promise((resolve) => begin = resolve);
  const never = () => new Promise(() => {});
  const wait = async () => {
    const served = lib.currentCall();
    begin();
    await new Promise((resolve) => answer = resolve);
    const { signal } = served; // its timer begins here
    await new Promise((resolve) => setTimeout(resolve, 5));
    return signal.aborted;
  };
  return withDriver({ never, wait }, {}, async (_, connector) => {
    const limited = (timeout) => connector.getDriver({ timeout });
    const short = caught(limited(20).never());
    const back = await shifted(-HOUR, () => short);
    const long = caught(limited(HOUR / 2).wait());
    await soon(begun);
    const forward = await shifted(HOUR, async () => {
      await caught(limited(5).never()); // its timer looks at all
      answer();
      return await long;
    });
    return { back: back.name, forward };
  });
}

const seen = {
  silentClient: await silentClient(),
  ...await givenUp(),
  heartbeats: await heartbeats(),
  clocks: await clocks(),
};
console.log(JSON.stringify(seen));
