/** What `Bun.serve` is given, as far as a test plays Bun. */
export interface BunOptions {
  readonly port: number;
  readonly hostname: string;
  readonly tls?: { readonly key: string; readonly cert: string };
  fetch(request: Request, server: unknown): Response | undefined;
  error(): Response;
  readonly websocket: {
    readonly maxPayloadLength: number;
    open(socket: BunSocket): void;
    message(socket: BunSocket, data: unknown): void;
    close(socket: BunSocket, code: number, reason: string): void;
  };
}

interface Upgrade {
  readonly data: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/** One socket of Bun's, of which a test is the other end. */
export class BunSocket {
  readonly data: unknown;
  /** What was sent, and how it was closed. */
  readonly log: unknown[][] = [];
  /** What `send` gives: 0 where Bun drops the frame. */
  sends = 1;
  /** Bytes that wait. */
  buffered = 0;

  constructor(data: unknown) {
    this.data = data;
  }

  send(frame: unknown): number {
    this.log.push(["send", frame]);
    return this.sends;
  }

  close(code?: number, reason?: string): void {
    this.log.push(["close", code, reason]);
  }

  getBufferedAmount(): number {
    return this.buffered;
  }
}

/** A stand-in for Bun, on which a test plays the clients. */
export class FakeBun implements Disposable {
  /** What was asked of it. */
  readonly opened: BunOptions[] = [];
  readonly sockets: BunSocket[] = [];
  readonly stops: boolean[] = [];
  /** What it was told to agree to. */
  readonly protocols: (string | undefined)[] = [];
  /** Throws for some options. */
  refuses: ((options: BunOptions) => Error | undefined) | undefined;
  /** `false` where an upgrade is not valid. */
  upgrades = true;
  /** Whether it stops by itself. */
  stopsGently = true;
  #server: unknown;
  readonly #kept = (globalThis as { Bun?: unknown }).Bun;

  constructor() {
    Object.assign(globalThis, { Bun: this });
  }

  serve(options: BunOptions): unknown {
    this.opened.push(options);
    const error = this.refuses?.(options);
    if (error !== undefined) throw error;
    return this.#server = {
      hostname: options.hostname,
      port: options.port,
      requestIP: () => ({ address: "::ffff:10.0.0.1" }),
      stop: (isAbrupt: boolean) => {
        this.stops.push(isAbrupt);
        return isAbrupt || this.stopsGently ? Promise.resolve() : new Promise(() => {});
      },
      upgrade: (_request: Request, { data, headers }: Upgrade) => {
        this.protocols.push(headers["sec-websocket-protocol"]);
        if (this.upgrades) this.sockets.push(new BunSocket(data));
        return this.upgrades;
      },
    };
  }

  /** Its answer to a request. */
  ask(request: Request): Response | undefined {
    return this.opened.at(-1)!.fetch(request, this.#server);
  }

  [Symbol.dispose](): void {
    if (this.#kept === undefined) delete (globalThis as { Bun?: unknown }).Bun;
    else Object.assign(globalThis, { Bun: this.#kept });
  }
}
