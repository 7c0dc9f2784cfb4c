export { Communicator } from "./rpc/communicator.ts";
export { WebSocketConnector } from "./ends/connector.ts";
export { WebSocketAcceptor } from "./ends/acceptor.ts";
export { WebSocketServer } from "./ends/server.ts";
export { WorkerConnector } from "./ends/worker_connector.ts";
export { WorkerServer } from "./ends/worker_server.ts";
export { WorkerError } from "./ends/worker_error.ts";
export { SharedWorkerConnector } from "./ends/shared_worker_connector.ts";
export { SharedWorkerServer } from "./ends/shared_worker_server.ts";
export { SharedWorkerAcceptor } from "./ends/shared_worker_acceptor.ts";
export { PortCommunicator, type PortOptions } from "./ends/port_communicator.ts";
export { transfer } from "./ends/transfer.ts";
export { withOptions } from "./rpc/driver.ts";
export { validated } from "./rpc/validated.ts";
export type { StandardSchema } from "./types/standard_schema.ts";
export type { CallOptions } from "./rpc/call_options.ts";
export { type CurrentCall, currentCall } from "./rpc/current_call.ts";
export { Driver } from "./types/driver.ts";
export type { Functional, OmitEdgeUnderscored, Promisive } from "./types/promisive.ts";
export type { Parametric, Primitive } from "./types/primitive.ts";
export type { Invoke, InvokeEvent } from "./rpc/invoke.ts";
export type { IWebSocketCommunicator } from "./ends/websocket_communicator.ts";
export { settles, within } from "./deadline.ts";
export {
  ConnectionClosedError,
  DeadlineError,
  EncodeError,
  mayHaveRun,
  NotSentError,
  RemoteError,
  StateError,
  WebSocketError,
} from "./errors.ts";
export type { ConnectionEvent, Peer } from "./events.ts";
export type { Limits } from "./limits.ts";
export type { ConnectionOptions } from "./options.ts";
export type { Feature } from "./types/feature.ts";
export {
  type Structured,
  structured,
  type StructuredOptions,
} from "./features/structured/structured.ts";
export type { StructuredType } from "./features/structured/structured_type.ts";
export { reconnection, type ReconnectionOptions } from "./features/reconnection/reconnection.ts";
export { callbacks } from "./features/callbacks/callbacks.ts";
export { proxy } from "./features/callbacks/proxy.ts";
export { ReleasedError } from "./features/callbacks/released_error.ts";
export { type Streams, streams, type StreamsOptions } from "./features/streams/streams.ts";
export type { Callback, Proxied } from "./types/callback.ts";
export { Group, type MemberHandle } from "./groups/group.ts";
export type { AskOptions, BroadcastOptions, GroupOptions } from "./groups/group_options.ts";
export type { Answer, AskDriver, BroadcastDriver } from "./groups/driver_types.ts";
export type { GroupEvent } from "./groups/group_event.ts";
export type { Member } from "./groups/member.ts";
export type { Bus } from "./groups/bus.ts";
export { channelBus } from "./groups/channel_bus.ts";
export { natsBus, type NatsBusOptions, type NatsConnectionLike } from "./groups/nats_bus.ts";
export type { Origins } from "./runtimes/origin.ts";
export type { UrlPatternLike } from "./runtimes/path.ts";
export type { Protocol } from "./runtimes/protocol.ts";
export type { PortLike } from "./types/port_like.ts";
export type { SocketFactory, SocketLike } from "./types/socket.ts";
export { headerOf, type UpgradeHeaders, type UpgradeRequest } from "./types/request.ts";
export { WebAcceptor, WebConnector, WebError, WebServer } from "./ends/old_names.ts";
