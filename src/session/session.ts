import { queueMicrotask } from "../global_scope.ts";
import { endError } from "../errors.ts";
import type { Reporter } from "../events.ts";
import type { Limits } from "../limits.ts";
import type { Reply } from "../rpc/invoke.ts";
import type { MadeCall } from "../rpc/pending_calls.ts";
import { neverLeft } from "../rpc/call_errors.ts";
import type { Port } from "../rpc/port.ts";
import type { Rpc } from "../rpc/rpc.ts";
import type { Weight } from "../rpc/served_call.ts";
import type { Agreement } from "./agreement.ts";
import { checkDepth } from "./encode_error.ts";
import type {
  FeatureSession,
  MarkTypes,
  MessageKind,
  SessionHooks,
  SessionOwner,
  Settings,
  ValueCodec,
} from "./feature.ts";
import { depthFor, isAgreed, REFUSALS } from "./handshake.ts";
import { kindsOf, linked, messageOf } from "./linked.ts";
import { type Ending, endingOf, type Link, type LinkOwner } from "./link.ts";
import { isLarge, Outgoing } from "./outgoing.ts";
import { DepthError, FrameError, isLongerThan } from "./parse_json.ts";
import { Turns } from "./turns.ts";
import type { MessageReader, SessionTerms, Wire } from "./wire.ts";

/** If more calls than this wait, some are started before the next frame is read. */
const BACKLOG = 16_384;
/** Frames of this length or more count toward `servedBytes`. This library's batches are shorter. */
const HEAVY = 40_000;

const NO_HOOKS: readonly SessionHooks[] = [];
/**
 * A list for the bytes of the next message. All sessions share it, as long as it stays empty. It is
 * `undefined` while in use, because a value's `toJSON` may make another call.
 */
let spare: Uint8Array[] | undefined;

/** The conversation with one peer, from acceptance to close, over one or more links. */
export class Session implements Port, LinkOwner, MessageReader, FeatureSession {
  phase: "open" | "away" | "closing" | "closed" = "open";
  // set by the constructor; `declare` makes the code shorter
  declare readonly rpc: Rpc;
  declare readonly settings: Settings;
  declare readonly agreement: Agreement;
  declare readonly report: Reporter;
  declare readonly owner: SessionOwner;
  declare readonly wire: Wire;
  readonly outgoing: Outgoing = new Outgoing();
  hooks: readonly SessionHooks[] = NO_HOOKS;
  link: Link | undefined;
  values: ValueCodec | undefined;
  marks: MarkTypes[] | undefined;
  received = 0;
  readonly depth: number;
  #check: SessionHooks["check"];
  #reader: SessionHooks | undefined;
  readonly #turns = new Turns(this);
  readonly #kinds: readonly (MessageKind | undefined)[];
  /** The length and the weight of the frame that is being read. */
  #size = 0;
  #weight: Weight | undefined;

  constructor(rpc: Rpc, owner: SessionOwner, terms: SessionTerms) {
    const { wire, agreement, settings, fields } = terms;
    this.rpc = rpc;
    this.owner = owner;
    this.wire = wire;
    this.agreement = agreement;
    this.settings = settings;
    this.report = rpc.report = owner.report;
    this.outgoing.isBatching = wire === linked && agreement.features.has("batch");
    this.depth = depthFor(agreement, fields, settings.limits);
    this.#kinds = kindsOf(settings.use, agreement);
    rpc.limits = settings.limits;
    rpc.exposesErrors = settings.exposeErrors;
    rpc.marksRefusals = agreement.features.has(REFUSALS);
    rpc.port = this;
    rpc.hooks = rpc.resolvers = undefined;
    for (const feature of settings.use) {
      this.#plug(feature.begin(this, isAgreed(agreement, feature), fields));
    }
    if (this.values !== undefined) this.#check = undefined; // no value is sent as plain JSON
  }

  #plug(hooks: SessionHooks | undefined): void {
    if (hooks === undefined) return;
    this.hooks = [...this.hooks, hooks];
    this.values = hooks.values ?? this.values;
    this.#check = hooks.check ?? this.#check;
    if (hooks.read !== undefined) this.#reader = hooks;
    this.outgoing.leaving = hooks.leaving ?? this.outgoing.leaving;
    if (hooks.marks !== undefined) (this.marks ??= []).push(hooks.marks);
    if (hooks.calls !== undefined) (this.rpc.hooks ??= []).push(hooks.calls);
  }

  attach(link: Link): void {
    this.link = this.outgoing.link = link;
    link.owner = this;
    link.isTrial = false;
    if (this.values !== undefined) link.socket.binaryType = "arraybuffer";
  }

  // the methods of a Port

  refuse(path: string): Error | undefined {
    return this.phase === "open" || this.phase === "away" ? undefined : this.owner.callError(path);
  }

  call(call: MadeCall): void {
    const { uid } = call;
    this.#check?.(call.args, "parameters");
    const bytes = spare ?? [];
    spare = undefined;
    const text = this.wire.call(call, this.values, bytes);
    if (text.length > 2 * this.depth) checkDepth(text, this.depth, call.args, "parameters");
    if (bytes.length === 0) spare = bytes;
    if (call.isQuiet) {
      (this.outgoing.quiet ??= new Map()).set(uid, () => this.rpc.take(uid)?.resolve(undefined));
    }
    this.outgoing.push(text, uid, bytes);
  }

  reply(message: Reply, unsent: (error: unknown) => void): void {
    if (this.phase !== "open" && this.phase !== "away") return;
    if (this.outgoing.waiting > 0 && this.link !== undefined && isLarge(message.value)) {
      return this.#replyLater(message, unsent);
    }
    const bytes = spare ?? [];
    spare = undefined;
    const text = this.#textOf(message, bytes);
    if (bytes.length === 0) spare = bytes;
    this.outgoing.push(text, 0, bytes);
  }

  /**
   * While the peer doesn't read, a large result waits as a value, because its text would be a copy,
   * and many results may share one value.
   */
  #replyLater(message: Reply, unsent: (error: unknown) => void): void {
    this.outgoing.pushLater(() => {
      const bytes: Uint8Array[] = [];
      try {
        const texts = [this.#textOf(message, bytes)];
        return { texts, bytes: bytes.length > 0 ? bytes : undefined };
      } catch (error) {
        return void queueMicrotask(() => unsent(error));
      }
    });
  }

  test(value: unknown): string {
    return messageOf("", value, "test", this.values, []);
  }

  #textOf(message: Reply, bytes: Uint8Array[]): string {
    const { success, value } = message;
    if (success) this.#check?.(value, "result");
    const text = this.wire.reply(message, this.values, bytes);
    if (text.length > 2 * this.depth) checkDepth(text, this.depth, value, "result");
    return text;
  }

  cancel(uid: number): void {
    if (this.agreement.features.has("cancel")) this.send(`[3,${uid}]`);
  }

  // the methods of a FeatureSession

  send(text: string, bytes?: readonly Uint8Array[]): void {
    if (this.phase !== "open" && this.phase !== "away") return;
    this.outgoing.push(text, 0, bytes);
  }

  // the methods of a LinkOwner and a MessageReader

  text(text: string): void {
    if (this.phase !== "open") return;
    this.outgoing.gate?.open(); // before any reply
    const { frameBytes } = this.settings.limits;
    if (text.length * 3 > frameBytes && isLongerThan(text, frameBytes)) {
      return this.broke("frameBytes", 1009, "The frame is too long");
    }
    // meanwhile no frame is read, and TCP slows the peer down
    if (this.#turns.size > BACKLOG) this.#beginWhile(() => this.#turns.size > BACKLOG);
    this.#size = text.length;
    this.#weight = text.length < HEAVY ? undefined : { size: text.length, running: 0 };
    try {
      if (!this.wire.read(text, this)) return;
    } catch (error) {
      return this.#unreadable(error);
    }
    if (this.link?.pacer?.heardMessages() === true) this.outgoing.wait();
    this.#reader?.read?.(text.length);
  }

  #unreadable(error: unknown): void {
    if (this.phase !== "open") return;
    if (error instanceof DepthError) {
      return this.broke("depth", 1008, "A value is nested too deeply");
    }
    this.report({ type: "error", error });
    // a plain frame is only one message, so the pending calls can continue
    if (this.wire.isStrict) this.fail(1002, "The frame can't be read");
  }

  binary(data: unknown): void {
    if (this.phase === "open") this.values?.binary(data);
  }

  arrived(kind: MessageKind, message: unknown[], size: number): void {
    this.#size = size;
    this.#weight = size < HEAVY ? undefined : { size, running: 0 };
    this.received++;
    try {
      if (kind.isOrdered === true) this.inOrder(kind, message);
      else kind.take(message, this, this.#weight);
    } catch (error) {
      return this.#unreadable(error);
    }
    if (this.link?.pacer?.heardMessages() === true) this.outgoing.wait();
    this.#reader?.read?.(size);
  }

  message(message: unknown[], isInBatch: boolean): boolean {
    if (this.phase !== "open") return true;
    const number = message[0];
    const kind = typeof number === "number" ? this.#kinds[number] : undefined;
    if (kind === undefined) {
      if (typeof number === "number" && number >= 64) return true;
      throw new FrameError("Cannot read a message: its kind is unknown");
    }
    if (number as number < 64) {
      if (this.values?.read(kind, message, isInBatch ? 0 : this.#size) === true) return false;
      this.received++;
    } else if (isInBatch && kind.isAlone === true) return true;
    if (kind.isOrdered === true) this.inOrder(kind, message);
    else kind.take(message, this, this.#weight);
    return true;
  }

  /** Calls wait while the peer doesn't read. Returns don't wait, because they free memory. */
  inOrder(kind: MessageKind, message: unknown[]): void {
    const turns = this.#turns;
    if (turns.size === 0 && this.outgoing.hasRoom && turns.hasTime()) {
      return kind.take(message, this, this.#weight);
    }
    turns.push({ kind, message, weight: this.#weight, size: this.#size });
    this.#size = 0; // counted once per frame
    const { unservedCalls, unservedBytes } = this.settings.limits;
    const isOver = turns.size > unservedCalls;
    if (!isOver && turns.bytes <= unservedBytes) return;
    turns.clear();
    this.broke(isOver ? "unservedCalls" : "unservedBytes", 1013, "Too many calls are waiting");
  }

  #beginWhile(mayGoOn: () => boolean): void {
    while (this.#turns.size > 0 && this.outgoing.hasRoom && mayGoOn()) {
      const { kind, message, weight } = this.#turns.shift();
      if (this.phase === "open") kind.take(message, this, weight);
    }
  }

  turned(): void {
    if (this.#turns.size === 0 || !this.outgoing.hasRoom) return; // drained() goes on
    this.#turns.begin();
    this.drained();
  }

  /** There is room or time again. */
  drained(): void {
    this.outgoing.pump();
    this.#beginWhile(() => this.#turns.hasTime());
  }

  get isWaiting(): boolean {
    return this.outgoing.waiting > 0 || this.#turns.size > 0;
  }

  // closing

  /** Starts to close. Throws if this side can't send the code. Then nothing has changed. */
  close(code?: number, reason = ""): void {
    this.outgoing.flush();
    if (this.link === undefined) return this.end(endingOf(code ?? 1005, reason));
    const before = this.phase;
    this.phase = "closing"; // first, because some sockets emit `close` at once
    try {
      this.link.close(code, reason);
    } catch (error) {
      this.phase = before;
      throw error;
    }
  }

  fail(code: number, reason: string): void {
    if (this.phase === "closing" || this.phase === "closed") return;
    this.outgoing.flush();
    this.phase = "closing";
    if (this.link === undefined) this.end(endingOf(code, reason));
    else this.link.fail(code, reason);
  }

  broke(limit: keyof Limits, code: number, reason: string): void {
    if (this.phase === "closing" || this.phase === "closed") return;
    this.report({ type: "limit", limit });
    this.fail(code, reason);
  }

  /** The link is closed. Returns `true` if a feature keeps the session for another link. */
  closed(ending: Ending): boolean {
    if (this.phase === "open") this.#beginWhile(() => true); // calls that arrived before the close
    this.unlink();
    if (this.phase === "open" && this.hooks.some((hook) => hook.cut?.(ending) === true)) {
      this.phase = "away";
      return true;
    }
    this.end(ending);
    return false;
  }

  unlink(): void {
    this.values?.reset();
    this.link = undefined;
    this.outgoing.cut();
  }

  /** Closes without notifying features and the owner. */
  drop(): void {
    this.phase = "closed";
    this.link = undefined;
    this.outgoing.drop();
    this.#turns.stop();
  }

  /** The only way to end a session. The order: phase, calls never sent, features, owner. */
  end(ending: Ending): void {
    if (this.phase === "closed") return;
    const { lastLeft } = this.outgoing;
    this.drop();
    // usually no call is pending, and creating an error is slow
    const isNeeded = this.rpc.pending.size > 0 || this.rpc.served.watched !== undefined;
    const error = isNeeded ? endError(ending) : undefined;
    if (isNeeded) {
      this.rpc.reject(({ uid }) => uid > lastLeft, ({ path }) => neverLeft(path, error));
    }
    for (const hook of this.hooks) hook.ended?.(ending);
    this.owner.ended(ending, error);
  }
}
