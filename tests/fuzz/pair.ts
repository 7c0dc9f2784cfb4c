import {
  callbacks,
  currentCall,
  type Feature,
  streams,
  structured,
  WebSocketAcceptor,
  WebSocketConnector,
} from "../../mod.ts";
import type { Acceptor, Anything, Connector } from "../helpers/ends.ts";
import type { Wire } from "./grammar.ts";
import { MemorySocket } from "./memory_socket.ts";
import { rest } from "./runs.ts";

/** So little may wait to be sent that a few calls are too much. */
const LIMITS = { sendBytes: 8_000 };

/** How a pair is made. */
export interface PairOptions {
  readonly wire: Wire;
  /** The connector's runtime holds frames back, as Deno's own client does. */
  readonly stalls: boolean;
  /** In ms, at both ends. */
  readonly heartbeat: number;
}

/** What a function of a provider was called with, and what settles it. */
export interface Waiting {
  readonly tag: number;
  settle(isOk: boolean): void;
}

/** One of the two ends. */
export interface PairEnd {
  readonly socket: MemorySocket;
  readonly end: Acceptor | Connector;
  /** The tags of the calls that ran here, in order. */
  readonly ran: number[];
}

/** Small windows, so that streams often wait. */
const PASSING = [structured, callbacks, streams({ items: 2, bytes: 30_000 })];

/** How often a stream has a call's value. */
export const COPIES = 5;

/** A value that a call takes along and gets back. */
export interface Tagged {
  readonly tag: number;
  readonly pad: string;
  readonly bytes?: readonly Uint8Array[];
}

/** Two ends of this library over a cable in memory, on which the test moves each frame. */
export class Pair {
  readonly ends: readonly [PairEnd, PairEnd];
  /** Functions that have not returned, at both ends. */
  readonly waiting: Waiting[] = [];
  /** The tags of the calls whose functions were told that nobody waits for them. */
  readonly aborted = new Set<number>();

  readonly #options: PairOptions;

  private constructor(options: PairOptions, older?: Pair) {
    this.#options = options;
    this.ends = [connector(this, options, older), acceptor(this, options)];
  }

  /** Connected, and come to rest. */
  static async open(options: PairOptions): Promise<Pair> {
    const pair = new Pair(options);
    await pair.deliverAll();
    return pair;
  }

  /** The same connector, over a new cable to a new acceptor; what runs of the old one runs on. */
  async again(): Promise<Pair> {
    const pair = new Pair(this.#options, this);
    await pair.deliverAll();
    return pair;
  }

  /** Lets so many frames arrive at an end. */
  async deliver(to: 0 | 1, count: number): Promise<void> {
    const { outgoing } = this.ends[to === 0 ? 1 : 0].socket;
    for (let left = Math.min(count, outgoing.length); left > 0 && outgoing.length > 0; left--) {
      this.ends[to].socket.takes(outgoing.shift()!);
      await rest(8);
    }
  }

  /** Lets all arrive, and what comes of it; a bounded number of rounds. */
  async deliverAll(): Promise<void> {
    for (let round = 0; round < 60; round++) {
      await rest(16);
      if (this.ends.every(({ socket }) => socket.outgoing.length === 0)) return;
      await this.deliver(0, 1_000);
      await this.deliver(1, 1_000);
    }
    throw new Error("Cannot wait any longer: the two ends never come to rest");
  }

  /** Cuts the cable: what is under way is lost. */
  cut(): void {
    for (const { socket } of this.ends) {
      socket.outgoing.length = 0;
      socket.breaks();
      socket.outgoing.length = 0;
    }
  }
}

function connector(pair: Pair, options: PairOptions, older: Pair | undefined): PairEnd {
  const { wire, stalls, heartbeat } = options;
  const socket = new MemorySocket(false);
  socket.readyState = 0;
  const ran: number[] = [];
  const provider = providerOf(pair, ran);
  const end = (older?.ends[0].end as Connector | undefined) ??
    new WebSocketConnector<unknown, object | null, Anything>(null, provider);
  end.setProvider(provider);
  const connect = (): void =>
    void end.connect("ws://host/", {
      limits: LIMITS,
      heartbeat,
      wire: wire === "plain" ? "plain" : "linked",
      use: featuresOn(wire),
      ...!stalls && { socket: () => socket },
    });
  if (stalls) withWebSocket(socket, connect);
  else connect();
  socket.opens();
  return { socket, end, ran };
}

/** The platform's own `WebSocket` alone is known to hold frames back. */
function withWebSocket(socket: MemorySocket, then: () => void): void {
  const { WebSocket } = globalThis;
  globalThis.WebSocket = function () {
    return socket;
  } as unknown as typeof WebSocket;
  try {
    then();
  } finally {
    globalThis.WebSocket = WebSocket;
  }
}

function acceptor(pair: Pair, { wire, heartbeat }: PairOptions): PairEnd {
  const socket = new MemorySocket(true);
  const ran: number[] = [];
  let end!: Acceptor;
  const accept = (made: Acceptor): void => {
    end = made;
    void made.accept(providerOf(pair, ran));
  };
  WebSocketAcceptor.upgrade({ url: "/", headers: {} }, socket, accept, {
    limits: LIMITS,
    heartbeat,
    use: featuresOn(wire),
  });
  return {
    socket,
    ran,
    get end() {
      return end;
    },
  };
}

/** The last value of a stream, which must have all copies; `undefined` if there is no stream. */
export async function lastOf(list: AsyncIterable<Tagged>): Promise<Tagged | undefined> {
  let [last, count]: [Tagged | undefined, number] = [undefined, 0];
  for await (const item of list) {
    last = item;
    count++;
  }
  return count === COPIES ? last : undefined;
}

function featuresOn(wire: Wire): readonly Feature[] {
  if (wire === "passing") return PASSING;
  return wire === "structured" ? [structured] : [];
}

/** A stream of one value. */
export async function* copiesOf(value: Tagged): AsyncGenerator<Tagged> {
  for (let i = 0; i < COPIES; i++) yield value;
}

function providerOf({ waiting, aborted }: Pair, ran: number[]): object {
  const later = (value: Tagged): Promise<Tagged> =>
    new Promise((resolve, reject) => {
      waiting.push({
        tag: value.tag,
        settle: (isOk) => isOk ? resolve(value) : reject(new RangeError(`failed ${value.tag}`)),
      });
    });
  return {
    echo(value: Tagged) {
      ran.push(value.tag);
      return value;
    },
    async through(f: (value: Tagged) => Promise<Tagged>, value: Tagged) {
      ran.push(value.tag);
      return await f(value);
    },
    rows(value: Tagged) {
      ran.push(value.tag);
      return copiesOf(value);
    },
    async read(tag: number, list: AsyncIterable<Tagged>) {
      ran.push(tag);
      return await lastOf(list);
    },
    fail({ tag }: Tagged) {
      ran.push(tag);
      throw new RangeError(`failed ${tag}`);
    },
    later(value: Tagged) {
      ran.push(value.tag);
      return later(value);
    },
    watch(value: Tagged) {
      ran.push(value.tag);
      const { signal } = currentCall();
      return new Promise((resolve, reject) => {
        const abort = (): void => {
          aborted.add(value.tag);
          reject(signal.reason);
        };
        if (signal.aborted) abort();
        else signal.addEventListener("abort", abort);
        later(value).then(resolve, reject);
      });
    },
  };
}
