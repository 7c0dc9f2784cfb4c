/** The names that TGrid's classes had before version 1.0, which TGrid 1.2 still exports. */
import { WebSocketAcceptor } from "./acceptor.ts";
import { WebSocketConnector } from "./connector.ts";
import { WebSocketServer } from "./server.ts";
import { WebSocketError } from "../errors.ts";

/**
 * TGrid's old name of {@linkcode WebSocketConnector}.
 *
 * @deprecated Use {@linkcode WebSocketConnector}.
 *
 * @example It's the same class
 * ```ts
 * import { WebConnector, WebSocketConnector } from "@sheetbend/rpc";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(WebConnector, WebSocketConnector);
 * ```
 */
export const WebConnector: typeof WebSocketConnector = WebSocketConnector;
/**
 * The type of {@linkcode WebSocketConnector} under TGrid's old name.
 *
 * @deprecated Use {@linkcode WebSocketConnector}.
 */
export type WebConnector<
  Header,
  Provider extends object | null,
  Remote extends object | null,
> = WebSocketConnector<Header, Provider, Remote>;

/**
 * TGrid's old name of {@linkcode WebSocketAcceptor}.
 *
 * @deprecated Use {@linkcode WebSocketAcceptor}.
 *
 * @example It's the same class
 * ```ts
 * import { WebAcceptor, WebSocketAcceptor } from "@sheetbend/rpc";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(WebAcceptor, WebSocketAcceptor);
 * ```
 */
export const WebAcceptor: typeof WebSocketAcceptor = WebSocketAcceptor;
/**
 * The type of {@linkcode WebSocketAcceptor} under TGrid's old name.
 *
 * @deprecated Use {@linkcode WebSocketAcceptor}.
 */
export type WebAcceptor<
  Header,
  Provider extends object | null,
  Remote extends object | null,
> = WebSocketAcceptor<Header, Provider, Remote>;

/**
 * TGrid's old name of {@linkcode WebSocketServer}.
 *
 * @deprecated Use {@linkcode WebSocketServer}.
 *
 * @example It's the same class
 * ```ts
 * import { WebServer, WebSocketServer } from "@sheetbend/rpc";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(WebServer, WebSocketServer);
 * ```
 */
export const WebServer: typeof WebSocketServer = WebSocketServer;
/**
 * The type of {@linkcode WebSocketServer} under TGrid's old name.
 *
 * @deprecated Use {@linkcode WebSocketServer}.
 */
export type WebServer<
  Header,
  Provider extends object | null,
  Remote extends object | null,
> = WebSocketServer<Header, Provider, Remote>;

/**
 * TGrid's old name of {@linkcode WebSocketError}.
 *
 * @deprecated Use {@linkcode WebSocketError}.
 *
 * @example It's the same class
 * ```ts
 * import { WebError, WebSocketError } from "@sheetbend/rpc";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(WebError, WebSocketError);
 * ```
 */
export const WebError: typeof WebSocketError = WebSocketError;
/**
 * The type of {@linkcode WebSocketError} under TGrid's old name.
 *
 * @deprecated Use {@linkcode WebSocketError}.
 */
export type WebError = WebSocketError;
