import type { Reply } from "../rpc/invoke.ts";
import type { MadeCall } from "../rpc/pending_calls.ts";
import type { Rpc } from "../rpc/rpc.ts";
import { type Agreement, agreementOf } from "../session/agreement.ts";
import type {
  EncodedValue,
  MessageKind,
  PluggedFeature,
  SessionOwner,
  Settings,
  ValueCodec,
} from "../session/feature.ts";
import { FEATURES } from "../session/handshake.ts";
import { linked } from "../session/linked.ts";
import { FrameError } from "../session/parse_json.ts";
import { Session } from "../session/session.ts";
import { cloneError } from "./clone_error.ts";
import { Arrived, type PortSocket } from "./port_socket.ts";
import { movedWith, unmark } from "./transfer.ts";

/** The encoding of values on ports, to which both sides agree by using a port. */
const CLONED = "cloned";

/** A message whose value is a clone that is posted with it. */
const BESIDE: EncodedValue = { text: "null", marks: [[[], "c"]], bytes: [] };

/**
 * Sends a message with a value when it is made, in a `postMessage` of its own: only posting it
 * shows whether the value can be cloned, and later changes mustn't be sent. Other messages are text,
 * and those of one turn share frames.
 */
class PortSession extends Session {
  readonly #socket: PortSocket;

  constructor(rpc: Rpc, owner: SessionOwner, settings: Settings, socket: PortSocket) {
    super(rpc, owner, {
      wire: linked,
      agreement: agreementOn(settings, CLONED),
      settings: { ...settings, use: [cloned, ...settings.use] },
      fields: {},
    });
    this.#socket = socket;
  }

  override call(call: MadeCall): void {
    if (call.args.every(isText)) return super.call(call);
    this.#post(this.wire.call(call, this.values, []), "parameters", call.args, call.args);
    if (call.uid !== 0) this.outgoing.lastLeft = call.uid;
    if (call.isQuiet) this.rpc.take(call.uid)?.resolve(undefined);
  }

  override reply(message: Reply, unsent: (error: unknown) => void): void {
    const { value, success } = message;
    if (message.isRefusal === true || value === undefined || isText(value)) {
      return super.reply(message, unsent);
    }
    if (this.phase !== "open") return;
    const text = this.wire.reply(message, this.values, []);
    if (success) this.#post(text, "result", value, [value]);
    else this.#post(text, "error", withoutFunctions(value), []);
  }

  override test(value: unknown): string {
    structuredClone(value);
    return "";
  }

  #post(text: string, what: string, value: unknown, marked: readonly unknown[]): void {
    const moved = movedWith(marked);
    this.outgoing.flush(); // the messages that were made before
    try {
      this.#socket.sendValue(text, value, moved);
    } catch (cause) {
      throw cloneError(what, value, moved, cause);
    }
    unmark(marked);
  }
}

/**
 * Returns the session of a port, which begins without a handshake. With an encoding in use, such as
 * `structured`, values are in the messages, as over a WebSocket.
 */
export function portSession(
  rpc: Rpc,
  owner: SessionOwner,
  { settings, socket }: { readonly settings: Settings; readonly socket: PortSocket },
): Session {
  const encoding = settings.use.find((one) => one.isEncoding);
  if (encoding === undefined) return new PortSession(rpc, owner, settings, socket);
  const agreement = agreementOn(settings, encoding.name);
  return new Session(rpc, owner, { wire: linked, agreement, settings, fields: {} });
}

function agreementOn({ use }: Settings, values: string): Agreement {
  const names = use.filter((one) => !one.isEncoding).map(({ name }) => name);
  return agreementOf([...FEATURES, ...names], values);
}

/** Whether JSON represents a value exactly. Objects are cloned, even those that are like JSON. */
function isText(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0);
  return typeof value === "string" || typeof value === "boolean" || value === null;
}

/** An error's functions are left out, as they are over a socket. */
function withoutFunctions(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  const isSent = ([, field]: [string, unknown]) =>
    typeof field !== "function" && typeof field !== "symbol";
  return Object.fromEntries(Object.entries(value).filter(isSent));
}

/** Reads values that arrive as clones. */
class CloneCodec implements ValueCodec {
  #arrived: Arrived | undefined;

  encode(value: unknown, what: string): EncodedValue {
    const isJson = what === "parameters"
      ? (value as unknown[]).every(isText)
      : value === undefined || isText(value);
    return isJson ? { text: JSON.stringify(value), marks: undefined, bytes: [] } : BESIDE;
  }

  read({ value: at }: MessageKind, message: unknown[]): boolean {
    const arrived = this.#arrived;
    this.#arrived = undefined;
    const beside = at === undefined ? undefined : message[at + 1];
    if (!Array.isArray(beside) || beside.length === 0) return false;
    if (arrived === undefined) throw new FrameError("Cannot read a message: its value is missing");
    message[at!] = arrived.value;
    return false;
  }

  binary(data: unknown): void {
    if (data instanceof Arrived) this.#arrived = data;
  }

  reset(): void {
    this.#arrived = undefined;
  }
}

const cloned: PluggedFeature = {
  name: CLONED,
  isEncoding: true,
  begin: () => ({ values: new CloneCodec() }),
};
