export { Communicator } from "./communicator.ts";
export { WebSocketConnector } from "./websocket_connector.ts";
export { WebSocketAcceptor } from "./websocket_acceptor.ts";
export { WebSocketServer } from "./websocket_server.ts";
export { withOptions } from "./call/driver.ts";
export type { CallOptions } from "./call/options.ts";
export { type CurrentCall, currentCall } from "./current_call.ts";
export {
  Driver,
  type Functional,
  type OmitEdgeUnderscored,
  type Promisive,
} from "./types/driver.ts";
export type { Parametric, Primitive } from "./types/primitive.ts";
export type { Invoke, InvokeEvent } from "./invoke.ts";
export type { IWebSocketCommunicator } from "./websocket_communicator.ts";
export { settles, within } from "./deadline.ts";
export {
  ConnectionClosedError,
  DeadlineError,
  EncodeError,
  NotSentError,
  RemoteError,
  StateError,
  WebSocketError,
} from "./errors.ts";
export type { ConnectionEvent, Peer } from "./events.ts";
export type { Limits } from "./limits.ts";
export type { ConnectionOptions } from "./options.ts";
export { type Structured, structured, type StructuredOptions } from "./wire/structured.ts";
export type { Encoded, Mark, StructuredType, ValueEncoding } from "./types/values.ts";
export type { Origins } from "./serve/origin.ts";
export type { SocketFactory, SocketLike } from "./types/socket.ts";
export { headerOf, type UpgradeHeaders, type UpgradeRequest } from "./types/request.ts";
