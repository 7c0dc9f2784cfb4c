import {
  BrokenValue,
  type FeatureSession,
  type MessageKind,
  type ValueCodec,
} from "../../session/feature.ts";
import { FrameError } from "../../session/parse_json.ts";

/** Decodes the value at `message[at]`. Throws for an invalid mark. */
type Decode = (at: number, message: readonly unknown[], parts: Parts) => unknown;

/** What arrived beside a value. */
export interface Parts {
  readonly marks: readonly unknown[];
  readonly bytes: readonly Uint8Array[];
}

/** Reads the marks of incoming values, and waits for the bytes that follow a message. */
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
    if (this.#due !== undefined) throw new FrameError("Cannot read the frame: bytes are due");
    if (kind.value === undefined) return false;
    const beside = message[kind.value + 1];
    if (!Array.isArray(beside) || beside.length === 0) return false;
    const [frames, ...marks] = beside;
    // the marks must account for each frame: a number alone would cost a peer nothing to claim
    const count = marks.filter((mark) => Array.isArray(mark) && mark[1] === "b").length;
    if (frames !== count) message[kind.value] = new BrokenValue();
    else if (count === 0) this.#apply(kind, message, { marks, bytes: [] });
    else if (size === 0) {
      throw new FrameError("Cannot read a message: one with bytes has a frame of its own");
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
      return this.#session.broke("frameBytes", 1009, "The bytes are too many");
    }
    if (this.#due === undefined) return void (this.#size = 0); // no message refers to them
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
    try {
      message[at] = this.#decode(at, message, parts);
    } catch (cause) {
      message[at] = new BrokenValue(cause); // an invalid mark, or the error of a custom class
    }
  }
}
