import type { SocketLike } from "../../mod.ts";

/** What goes over a cable, in order: the close is a frame behind the others. */
export type Parcel =
  | { readonly kind: "frame"; readonly data: string | ArrayBuffer }
  | { readonly kind: "close"; readonly code: number; readonly reason: string };

type Listener = (event: Record<string, unknown>) => void;

/**
 * One end of a cable in memory: a socket of the W3C's make that moves only when it is told to. What
 * a listener throws is kept, because a platform would end the process by it.
 */
export class MemorySocket implements SocketLike {
  readyState = 1;
  binaryType = "blob";
  readonly copiesBytes = true;
  /** Bytes that lie somewhere on the way, beside what is in `outgoing`. */
  ballast = 0;
  /** What left and has not arrived. */
  readonly outgoing: Parcel[] = [];
  /** What listeners threw. */
  readonly escaped: unknown[] = [];
  readonly #isServer: boolean;
  readonly #listeners = new Map<string, Set<Listener>>();
  #hasSentClose = false;

  /** @param isServer A server's end may send other close codes than a client's. */
  constructor(isServer: boolean) {
    this.#isServer = isServer;
  }

  get bufferedAmount(): number {
    return this.outgoing.reduce((sum, parcel) => sum + sizeOf(parcel), this.ballast);
  }

  /** How many listeners are set, of whatever type. */
  get listenerCount(): number {
    return [...this.#listeners.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** The texts that left, and have not arrived. */
  get texts(): string[] {
    return this.outgoing.flatMap((parcel) =>
      parcel.kind === "frame" && typeof parcel.data === "string" ? [parcel.data] : []
    );
  }

  send(data: string | Uint8Array): void {
    if (this.readyState === 0) throw new DOMException("not open", "InvalidStateError");
    if (this.readyState !== 1) return;
    const copy = typeof data === "string" ? data : data.slice().buffer as ArrayBuffer;
    this.outgoing.push({ kind: "frame", data: copy });
  }

  close(code?: number, reason = ""): void {
    const isTaken = code === undefined || code === 1000 || (code >= 3000 && code <= 4999) ||
      (this.#isServer && code > 1000 && code < 1015);
    if (!isTaken) throw new DOMException("not to be sent", "InvalidAccessError");
    if (this.readyState >= 2) return;
    this.readyState = 2;
    this.#sendClose(code ?? 1005, reason);
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, (this.#listeners.get(type) ?? new Set()).add(listener));
  }

  removeEventListener(type: string, listener: Listener): void {
    this.#listeners.get(type)?.delete(listener);
  }

  /** The handshake of HTTP is done. */
  opens(): void {
    this.readyState = 1;
    this.#emit("open", {});
  }

  /** Something of the other end arrives. */
  takes(parcel: Parcel): void {
    if (this.readyState === 3) return;
    if (parcel.kind === "frame") return this.#emit("message", { data: parcel.data });
    if (!this.#hasSentClose) this.#sendClose(parcel.code, parcel.reason);
    this.#ends(parcel.code, parcel.reason);
  }

  /** The line is cut. */
  breaks(): void {
    if (this.readyState === 3) return;
    this.readyState = 2;
    this.#emit("error", { message: "cut" });
    this.#ends(1006, "");
  }

  #sendClose(code: number, reason: string): void {
    this.#hasSentClose = true;
    this.outgoing.push({ kind: "close", code, reason });
  }

  #ends(code: number, reason: string): void {
    this.readyState = 3;
    this.#emit("close", { code, reason });
  }

  #emit(type: string, event: Record<string, unknown>): void {
    for (const listener of [...this.#listeners.get(type) ?? []]) {
      try {
        listener(event);
      } catch (error) {
        this.escaped.push(error);
      }
    }
  }
}

function sizeOf(parcel: Parcel): number {
  if (parcel.kind === "close") return 0;
  return typeof parcel.data === "string" ? parcel.data.length : parcel.data.byteLength;
}

/** A text frame. */
export function text(data: string): Parcel {
  return { kind: "frame", data };
}
