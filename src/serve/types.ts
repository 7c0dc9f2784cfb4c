import type { UpgradeRequest } from "../types/request.ts";
import type { SocketLike } from "../types/socket.ts";

/** Where a server listens. */
export interface ListenOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** Without one, every address of the machine, IPv6 and IPv4. */
  readonly hostname?: string | undefined;
  /** The private key in PEM, for TLS. */
  readonly key?: string | undefined;
  /** The certificate in PEM, for TLS. */
  readonly cert?: string | undefined;
}

/** Where it does listen. */
export interface ListenAddress {
  /** The address of the interface, `::` for all. */
  readonly hostname: string;
  /** The port. */
  readonly port: number;
}

/** An answer of HTTP in place of an upgrade. */
export interface Refusal {
  readonly status: number;
  /** The limit of the server that it would break. */
  readonly limit?: "connections" | "undecided";
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a runtime's server asks at each request, and tells. */
export interface Hooks {
  /** Asked before the upgrade: why not? */
  refuse(request: UpgradeRequest, ip: string): Refusal | undefined;
  /** The runtime itself has refused a request. */
  refused(refusal: Refusal, request: UpgradeRequest, ip: string): void;
  /** An upgraded request, in the turn of the upgrade. Must not throw. */
  upgraded(socket: SocketLike, request: UpgradeRequest, ip: string): void;
}

/** A server that listens. */
export interface Listening {
  readonly address: ListenAddress;
  /** Stops listening, and ends what is still open, after at most so many ms. */
  shutdown(ms: number): Promise<void>;
}

/** What became of a request. */
export interface Upgraded {
  readonly socket: SocketLike;
  readonly response: Response;
  /** What may be read of it, which keeps working. */
  readonly request: UpgradeRequest;
}
