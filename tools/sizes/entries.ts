/** What is measured: a program of each that connects and calls, as a web page has it. */
export interface Entry {
  /** For people. */
  readonly what: string;
  /** The package whose version is told; `sheetbend` is the built one. */
  readonly of: string;
  readonly source: string;
}

/** Packages of others, pinned: a measure is told with their versions. */
export const PINNED: Readonly<Record<string, string>> = {
  "@trpc/client": "11.25.2",
  "@trpc/server": "11.25.2", // a peer of its client
  "birpc": "4.2.0",
  "capnweb": "0.12.0",
  "esbuild": "0.28.0",
  "socket.io-client": "4.8.4",
  "tgrid": "1.2.1",
};

/** All programs, ours first. */
export const ENTRIES: readonly Entry[] = [
  {
    what: "`WebSocketConnector`",
    of: "sheetbend",
    source: `export { WebSocketConnector } from "sheetbend";`,
  },
  {
    what: "`WebSocketConnector` and `structured`",
    of: "sheetbend",
    source: `export { structured, WebSocketConnector } from "sheetbend";`,
  },
  {
    what: "`WorkerConnector`",
    of: "sheetbend",
    source: `export { WorkerConnector } from "sheetbend";`,
  },
  { what: "everything", of: "sheetbend", source: `export * from "sheetbend";` },
  {
    what: "`WebSocketConnector`",
    of: "tgrid",
    source: `export { WebSocketConnector } from "tgrid";`,
  },
  {
    what: "`newWebSocketRpcSession`, `RpcTarget`",
    of: "capnweb",
    source: `export { newWebSocketRpcSession, RpcTarget } from "capnweb";`,
  },
  { what: "`io`", of: "socket.io-client", source: `export { io } from "socket.io-client";` },
  {
    what: "`createTRPCClient`, `createWSClient`, `wsLink`",
    of: "@trpc/client",
    source: `export { createTRPCClient, createWSClient, wsLink } from "@trpc/client";`,
  },
  {
    what: "`createBirpc` (no transport)",
    of: "birpc",
    source: `export { createBirpc } from "birpc";`,
  },
];
