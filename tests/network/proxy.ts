import net from "node:net";

/** What befalls a connection, at a byte of what goes one of its ways. */
export interface Fault {
  readonly kind: "none" | "cut" | "reset" | "delay" | "throttle" | "stall";
  /** What goes to the server, or what comes back. */
  readonly way: "up" | "down";
  /** Before which byte. */
  readonly at: number;
  /** How long a delay is, in ms. Default: 150. */
  readonly lasts?: number;
}

/** How long a delay is where the fault does not say, in ms. */
const DELAY = 150;

/** A throttled connection takes so many bytes each few ms. */
const THROTTLED = { bytes: 2_048, every: 5 };

/** One connection through the proxy. */
class Line {
  readonly #fault: Fault;
  readonly #client: net.Socket;
  readonly #server: net.Socket;
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #state: "open" | "stalled" | "over" = "open";
  #isSpent = false;

  constructor(client: net.Socket, port: number, fault: Fault) {
    this.#fault = fault;
    this.#client = client;
    this.#server = net.connect({ port, host: "127.0.0.1" });
    this.#carry(client, this.#server, "up");
    this.#carry(this.#server, client, "down");
  }

  /** From now on nothing gets through, and nobody is told. */
  stall(): void {
    if (this.#state === "open") this.#state = "stalled";
  }

  /** Ends the client's side; the server's side goes on to look open. */
  leaveServer(): void {
    this.stall();
    this.#client.destroy();
  }

  /** Is it over at both ends? */
  get isOver(): boolean {
    return this.#client.closed && this.#server.closed;
  }

  /** Ends it at both ends. */
  destroy(): void {
    this.#state = "over";
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#client.destroy();
    this.#server.destroy();
  }

  #carry(from: net.Socket, to: net.Socket, way: Fault["way"]): void {
    from.setNoDelay(true);
    from.on("error", () => this.destroy());
    from.on("close", () => {
      if (this.#state === "open") to.end(); // a cable that is pulled tells nobody
    });
    let passed = 0;
    from.on("data", (bytes: Uint8Array) => {
      if (this.#state !== "open") return;
      if (this.#isSpent || this.#fault.way !== way) return void to.write(bytes);
      const before = Math.min(Math.max(0, this.#fault.at - passed), bytes.length);
      passed += bytes.length;
      if (before > 0) to.write(bytes.subarray(0, before));
      if (before < bytes.length) this.#befall(from, to, bytes.subarray(before));
    });
  }

  #befall(from: net.Socket, to: net.Socket, rest: Uint8Array): void {
    switch (this.#fault.kind) {
      case "none":
        return void to.write(rest);
      case "cut":
        this.#state = "over";
        from.end();
        to.end();
        return this.#later(50, () => this.destroy());
      case "reset":
        this.#state = "over";
        from.resetAndDestroy();
        to.resetAndDestroy();
        return;
      case "delay":
        this.#isSpent = true;
        from.pause();
        return this.#later(this.#fault.lasts ?? DELAY, () => {
          to.write(rest);
          from.resume();
        });
      case "throttle":
        return this.#trickle(from, to, rest);
      case "stall":
        return this.stall();
    }
  }

  #trickle(from: net.Socket, to: net.Socket, rest: Uint8Array): void {
    from.pause();
    to.write(rest.subarray(0, THROTTLED.bytes));
    this.#later(THROTTLED.every, () => {
      if (rest.length > THROTTLED.bytes) this.#trickle(from, to, rest.subarray(THROTTLED.bytes));
      else from.resume();
    });
  }

  #later(ms: number, then: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      then();
    }, ms);
    this.#timers.add(timer);
  }
}

/** A proxy on the loopback, through which each connection gets the next fault of a plan. */
export class Proxy implements AsyncDisposable {
  readonly #server: net.Server;
  readonly #lines = new Set<Line>();

  private constructor(port: number, next: () => Fault) {
    this.#server = net.createServer((client) => this.#lines.add(new Line(client, port, next())));
  }

  /** A proxy to this port that listens. */
  static open(port: number, next: () => Fault): Promise<Proxy> {
    const proxy = new Proxy(port, next);
    return new Promise((resolve) =>
      proxy.#server.listen({ port: 0, host: "127.0.0.1", backlog: 1_024 }, () => resolve(proxy))
    );
  }

  /** Its address for a connector. */
  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as net.AddressInfo).port}/`;
  }

  /** From now on nothing gets through, and nobody is told. */
  stall(): void {
    for (const line of this.#lines) line.stall();
  }

  /** Ends all connections that there are. */
  cut(): void {
    for (const line of this.#lines) line.destroy();
  }

  /** From now on the server alone believes in the connections that there are. */
  leaveServer(): void {
    for (const line of this.#lines) line.leaveServer();
  }

  /** Ends what is left, and waits until all of it is over. */
  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const line of this.#lines) line.destroy();
    await closed;
    for (let look = 0; look < 30_000 && [...this.#lines].some(({ isOver }) => !isOver); look++) {
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
}
