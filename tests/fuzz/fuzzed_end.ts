import {
  currentCall,
  type Feature,
  structured,
  WebSocketAcceptor,
  WebSocketConnector,
} from "../../mod.ts";
import type { Acceptor, Anything, Connector } from "../helpers/ends.ts";
import { answerOf, FEATURES, offerOf } from "../helpers/handshake.ts";
import type { Wire } from "./grammar.ts";
import { MemorySocket } from "./memory_socket.ts";

/** What a connector of this library says first, on this wire. */
export function headerFor(wire: Wire): string {
  const features = wire === "plain" ? [] : [...FEATURES, "trail"];
  const values = wire === "structured" ? ["structured", "json"] : ["json"];
  return offerOf({ features, values });
}

/** What an acceptor of this library answers to it. */
export function answerFor(wire: Wire): string {
  if (wire === "plain") return "1";
  return answerOf({ values: wire === "structured" ? "structured" : "json" });
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
  const socket = new MemorySocket(true);
  let end: Acceptor | undefined;
  const accept = (acceptor: Acceptor): void => {
    end = acceptor;
    void acceptor.accept(provider);
  };
  WebSocketAcceptor.upgrade({ url: "/", headers: {} }, socket, accept, optionsFor(wire));
  return {
    socket,
    get end() {
      return end;
    },
    settleAll,
    connecting: undefined,
  };
}

function freshConnector(wire: Wire): FuzzedEnd {
  const { provider, settleAll } = newProvider();
  const socket = new MemorySocket(false);
  socket.readyState = 0;
  const end: Connector = new WebSocketConnector<unknown, object | null, Anything>(null, provider);
  const connecting = end.connect("ws://host/", {
    ...optionsFor(wire),
    wire: wire === "plain" ? "plain" : "linked",
    socket: () => socket,
  });
  connecting.catch(() => {}); // the runs that are about it follow it themselves
  socket.opens();
  return { socket, end, settleAll, connecting };
}

function optionsFor(wire: Wire): { use?: Feature[]; onEvent(): void } {
  return {
    ...wire === "structured" && { use: [structured] },
    onEvent() {
      throw new Error("a log that fails");
    },
  };
}
