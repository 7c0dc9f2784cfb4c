import {
  callbacks,
  currentCall,
  type Feature,
  proxy,
  reconnection,
  streams,
  structured,
  WebSocketAcceptor,
  WebSocketConnector,
} from "../../mod.ts";
import type { Acceptor, Anything, Connector } from "../helpers/ends.ts";
import { answerOf, FEATURES, offerOf } from "../helpers/handshake.ts";
import type { Wire } from "./grammar.ts";
import { References } from "../../src/features/callbacks/references.ts";
import { Streaming } from "../../src/features/streams/streaming.ts";
import type { FeatureSession } from "../../src/session/feature.ts";
import { watched } from "../features/feature_pair.ts";
import { MemorySocket } from "./memory_socket.ts";

/** A session without a link ends soon, so that nothing remains of a run. */
const GIVES_UP = { retry: () => false, window: 50 };

/** What a connector of this library says first, on this wire. */
export function headerFor(wire: Wire): string {
  const features = wire === "plain" ? [] : [...namesOn(wire), "trail"];
  const values = isStructured(wire) ? ["structured", "json"] : ["json"];
  return offerOf({ features, values });
}

/** What an acceptor of this library answers to it. */
export function answerFor(wire: Wire): string {
  if (wire === "plain") return "1";
  return answerOf({
    features: namesOn(wire),
    values: isStructured(wire) ? "structured" : "json",
  });
}

function namesOn(wire: Wire): readonly string[] {
  return wire === "passing" ? [...FEATURES, "callbacks", "streams", "resume"] : FEATURES;
}

/** Whether values with marks travel. */
export function isStructured(wire: Wire): boolean {
  return wire === "structured" || wire === "passing";
}

/** Functions of every kind, and what lets those return that wait. */
export function newProvider(): { provider: object; settleAll: () => void } {
  const waiting: (() => void)[] = [];
  const provider = {
    plus: (x: unknown, y: unknown) => Number(x) + Number(y),
    echo: (value: unknown) => value,
    list: [() => "listed"],
    ns: { deep: () => "deep" },
    fail(text: unknown) {
      throw Object.assign(new RangeError("failed"), { detail: text });
    },
    give: () => [(x: unknown) => x, proxy({ f: (value: unknown) => value })],
    async *rows() {
      for (let i = 0; i < 1_000; i++) yield [i, () => i];
    },
    bytes: () => new ReadableStream({ type: "bytes", pull: (to) => to.enqueue(new Uint8Array(9)) }),
    async read(list: AsyncIterable<unknown>) {
      for await (const item of list) waiting.push(() => item);
    },
    call: (f: (value: unknown) => unknown, value: unknown) => f(value),
    keep: (value: unknown) => void waiting.push(() => value),
    later: (value: unknown) => new Promise((resolve) => waiting.push(() => resolve(value))),
    watch() {
      const { signal } = currentCall();
      return new Promise((resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
        waiting.push(() => resolve("watched"));
      });
    },
  };
  const settleAll = (): void => {
    for (const settle of waiting.splice(0)) settle();
  };
  return { provider, settleAll };
}

/** An end under fuzz, whose peer the test plays. */
export interface FuzzedEnd {
  readonly socket: MemorySocket;
  /** The end; an acceptor is there once its header has come in. */
  readonly end: Acceptor | Connector | undefined;
  settleAll(): void;
  /** Entries of functions and streams of sessions that have ended. */
  countLeft(): number;
  /** `connect()`, where it is a connector. */
  readonly connecting: Promise<void> | undefined;
}

/** Which of the two ends. */
export type Side = "acceptor" | "connector";

/** An end before its handshake. */
export function fresh(side: Side, wire: Wire): FuzzedEnd {
  return side === "acceptor" ? freshAcceptor(wire) : freshConnector(wire);
}

function freshAcceptor(wire: Wire): FuzzedEnd {
  const { provider, settleAll } = newProvider();
  const sessions: FeatureSession[] = [];
  const socket = new MemorySocket(true);
  let end: Acceptor | undefined;
  const accept = (acceptor: Acceptor): void => {
    end = acceptor;
    void acceptor.accept(provider);
  };
  WebSocketAcceptor.upgrade({ url: "/", headers: {} }, socket, accept, optionsFor(wire, sessions));
  return {
    socket,
    get end() {
      return end;
    },
    settleAll,
    countLeft: () => countIn(sessions),
    connecting: undefined,
  };
}

function freshConnector(wire: Wire): FuzzedEnd {
  const { provider, settleAll } = newProvider();
  const sessions: FeatureSession[] = [];
  const socket = new MemorySocket(false);
  socket.readyState = 0;
  const end: Connector = new WebSocketConnector<unknown, object | null, Anything>(null, provider);
  const connecting = end.connect("ws://host/", {
    ...optionsFor(wire, sessions),
    wire: wire === "plain" ? "plain" : "linked",
    socket: () => socket,
  });
  connecting.catch(() => {}); // the runs that are about it follow it themselves
  socket.opens();
  return { socket, end, settleAll, countLeft: () => countIn(sessions), connecting };
}

function countIn(sessions: readonly FeatureSession[]): number {
  const states = sessions.flatMap(({ hooks }) => hooks.map(({ state }) => state));
  return states.reduce((count: number, state) => {
    if (state instanceof References) return count + state.lent.size + state.borrowed.size;
    if (state instanceof Streaming) return count + state.producers.size + state.consumers.size;
    return count;
  }, 0);
}

function optionsFor(wire: Wire, sessions: FeatureSession[]): { use?: Feature[]; onEvent(): void } {
  return {
    ...isStructured(wire) && { use: [structured] },
    ...wire === "passing" && {
      use: [structured, callbacks, streams, reconnection(GIVES_UP), watched(sessions)],
    },
    onEvent() {
      throw new Error("a log that fails");
    },
  };
}
