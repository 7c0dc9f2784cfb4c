import {
  BrokenValue,
  type FeatureSession,
  type MessageKind,
  type ValueCodec,
} from "../../session/feature.ts";
import { FrameError } from "../../session/parse_json.ts";

/** Decodes the value of a message. Throws for an invalid mark. */
type Decode = (value: unknown, message: readonly unknown[], parts: Parts) => unknown;

/** What arrived with a value. */
export interface Parts {
  readonly marks: readonly unknown[];
  readonly bytes: readonly Uint8Array[];
}

/** Decodes the values of incoming messages, after waiting for the bytes that follow a message. */
export class Reader implements Pick<ValueCodec, "read" | "binary" | "reset"> {
  readonly #session: FeatureSession;
  readonly #decode: Decode;
  #due: {
    readonly kind: MessageKind;
    readonly message: unknown[];
    readonly marks: readonly unknown[];
    readonly count: number;
    readonly textSize: number;
  } | undefined;
  #bytes: Uint8Array[] = [];
  #size = 0;

  constructor(session: FeatureSession, decode: Decode) {
    this.#session = session;
    this.#decode = decode;
  }

  read(kind: MessageKind, message: unknown[], size: number): boolean {
    if (this.#due !== undefined) {
      throw new FrameError("Cannot read the frame: expected a binary frame");
    }
    if (kind.value === undefined) return false;
    const beside = message[kind.value + 1];
    if (!Array.isArray(beside) || beside.length === 0) return false;
    const [frames, ...marks] = beside;
    // there must be a mark for each frame, or a peer could claim any number at no cost
    const count = marks.filter((mark) => Array.isArray(mark) && mark[1] === "b").length;
    if (frames !== count) message[kind.value] = new BrokenValue();
    else if (count === 0) this.#apply(kind, message, { marks, bytes: [] });
    else if (size === 0) {
      throw new FrameError("Cannot read the frame: a message with bytes is in a batch");
    } else {
      this.#due = { kind, message, marks, count, textSize: size };
      return true;
    }
    return false;
  }

  binary(data: unknown): void {
    if (!(data instanceof ArrayBuffer)) return;
    this.#size += data.byteLength;
    if (this.#size > this.#session.settings.limits.frameBytes) {
      return this.#session.broke("frameBytes", 1009, "Too many bytes");
    }
    if (this.#due === undefined) return void (this.#size = 0); // no message needs them
    if (this.#bytes.push(new Uint8Array(data)) < this.#due.count) return;
    const { kind, message, marks, textSize } = this.#due;
    const bytes = this.#bytes, size = this.#size + textSize;
    this.reset();
    this.#apply(kind, message, { marks, bytes });
    this.#session.arrived(kind, message, size);
  }

  reset(): void {
    this.#due = undefined;
    this.#bytes = [];
    this.#size = 0;
  }

  #apply(kind: MessageKind, message: unknown[], parts: Parts): void {
    const at = kind.value!;
    const value = message[at];
    const decode = (): unknown => {
      try {
        return this.#decode(value, message, parts);
      } catch (cause) {
        return new BrokenValue(cause); // an invalid mark, or a custom `decode` threw
      }
    };
    if (kind.isOrdered !== true || !this.#hasOthers(parts.marks)) message[at] = decode();
    // not before its turn, because an earlier call may release what it contains
    else Object.defineProperty(message, at, { get: decode });
  }

  /** Whether another feature decodes one of the marks. */
  #hasOthers(marks: readonly unknown[]): boolean {
    const types = this.#session.marks?.flatMap((other) => other.types) ?? [];
    return types.length > 0 &&
      marks.some((mark) => Array.isArray(mark) && types.includes(mark[1] as string));
  }
}
