/**
 * A library under test, by structure: this one, or TGrid. What only one of the two has is optional
 * here, and a case that uses it says so in its `needs`.
 */
export interface Library {
  readonly WebSocketConnector: new (header: unknown, provider: object | null) => Connector;
  readonly WebSocketServer: new () => Server;
  readonly WebSocketError: ErrorClass;
  readonly Driver: ErrorClass;
  readonly ConnectionClosedError?: ErrorClass;
  readonly DeadlineError?: ErrorClass;
  readonly EncodeError?: ErrorClass;
  readonly NotSentError?: ErrorClass;
  readonly RemoteError?: ErrorClass;
  readonly StateError?: ErrorClass;
  readonly currentCall?: () => { readonly signal: AbortSignal };
}

/** A class that is asked about by `instanceof`. */
export type ErrorClass = new (...args: never[]) => object;

/** A driver, of whatever remote: the cases call what is there and what is not. */
// deno-lint-ignore no-explicit-any -- what the other end offers is the case's business
export type Remote = any;

/** A listener of any event. */
// deno-lint-ignore no-explicit-any -- each event has its own shape
export type Listener = (event: any) => void;

/** What both ends can do. */
export interface End {
  readonly header: unknown;
  readonly state: number;
  close(code?: number, reason?: string): Promise<void>;
  join(limit?: number | Date): Promise<void | boolean>;
  getDriver(options?: CallOptions): Remote;
  getProvider(): unknown;
  setProvider(provider: object | null): void;
  on(type: string, listener: Listener): void;
  off(type: string, listener: Listener): void;
}

/** What the calls of a driver carry. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly timeout?: number;
  readonly deadline?: Date;
  readonly reply?: boolean;
}

/** The end that dials. */
export interface Connector extends End {
  readonly url: string | undefined;
  connect(url: string | URL, options?: ConnectOptions): Promise<void>;
  [Symbol.asyncDispose]?(): Promise<void>;
}

/** What `connect` is given. */
export interface ConnectOptions {
  readonly timeout?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly limits?: Readonly<Record<string, number>>;
  readonly wire?: "linked" | "plain";
}

/** The end that was dialled. */
export interface Acceptor extends End {
  readonly ip: string;
  readonly path: string;
  readonly request?: { readonly headers: unknown };
  accept(provider: object | null): Promise<void>;
  reject(status?: number, reason?: string): Promise<void>;
  ping(ms: number): void;
}

/** A server. */
export interface Server {
  readonly state: number;
  readonly address?: { readonly port: number } | undefined;
  open(
    target: number | {
      readonly port: number;
      readonly hostname: string;
      readonly limits?: Readonly<Record<string, number>>;
    },
    handler: (acceptor: Acceptor) => unknown,
  ): Promise<void>;
  close(options?: { readonly grace?: number }): Promise<void>;
}

/** Who made an end. */
export type Make = "ours" | "tgrid";
