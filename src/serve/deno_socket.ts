import { globalScope } from "../global_scope.ts";
import type { SocketLike } from "../types/socket.ts";

/** Deno's turns end with it. */
declare const setImmediate: (then: () => void) => unknown;

/** The runtime's own: the clock of somebody's test, which stands still, must hold no close up. */
const { setTimeout, clearTimeout } = globalScope;

const OPEN = 1;
const CLOSING = 2;

/** The close begins when the other end has sent nothing for so long, in ms. */
const SILENCE = 10;

/** One that is never silent is waited for so often. */
const WAITS = 20;

/**
 * A socket of a server in Deno, which loses the close frame that it was told to send if the same turn
 * brings a frame of the other end: it takes that for the answer, and ends TCP without a word. A frame
 * that comes in later makes it reset TCP, and the close may be lost on its way. So it is told to close
 * when the other end is silent, as it soon is when it gets no answers any more.
 */
export class DenoSocket implements SocketLike {
  readonly #socket: SocketLike;
  #isClosing = false;
  #keepAlive: string | undefined;

  constructor(socket: SocketLike) {
    this.#socket = socket;
  }

  /**
   * From now on the other end speaks. Before a close it is sent this, which means nothing: some clients
   * hold frames back behind one that has brought none, and those would come in after the close.
   */
  speaks(keepAlive: string): void {
    this.#keepAlive = keepAlive;
  }

  get readyState(): number {
    const { readyState } = this.#socket;
    return this.#isClosing && readyState === OPEN ? CLOSING : readyState;
  }

  get bufferedAmount(): number {
    return this.#socket.bufferedAmount ?? 0;
  }

  set binaryType(type: string) {
    this.#socket.binaryType = type;
  }

  send(text: string): void {
    this.#socket.send(text);
  }

  close(code?: number, reason?: string): void {
    if (this.readyState !== OPEN) return;
    this.#isClosing = true;
    const socket = this.#socket;
    const keepAlive = this.#keepAlive;
    const close = (): void => void setImmediate(() => socket.close(code, reason));
    if (keepAlive === undefined) return close(); // nobody speaks yet who minds how it ends
    whenSilent(socket, () => socket.send(keepAlive), close);
  }

  addEventListener(...of: Parameters<SocketLike["addEventListener"]>): void {
    this.#socket.addEventListener(...of);
  }

  removeEventListener(...of: Parameters<SocketLike["removeEventListener"]>): void {
    this.#socket.removeEventListener(...of);
  }
}

/** Speaks until nothing comes in any more, or for long enough; gives up when the socket closes. */
function whenSilent(socket: SocketLike, speak: () => void, then: () => void): void {
  let hasHeard = false;
  let waits = 0;
  let timer: ReturnType<typeof setTimeout>;
  const hear = (): void => void (hasHeard = true);
  const wait = (): void => {
    speak();
    hasHeard = false;
    timer = setTimeout(look, SILENCE);
  };
  const look = (): void => {
    if (hasHeard && ++waits < WAITS) return wait();
    leave();
    then();
  };
  const leave = (): void => {
    clearTimeout(timer);
    socket.removeEventListener("message", hear);
    socket.removeEventListener("close", leave);
  };
  socket.addEventListener("message", hear);
  socket.addEventListener("close", leave);
  wait();
}
