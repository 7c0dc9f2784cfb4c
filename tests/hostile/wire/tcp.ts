import net from "node:net";
import { createHash } from "node:crypto";
import { RawPeer } from "./peer.ts";

/** Dials, and waits until TCP stands. */
export function dialRaw(port: number): Promise<RawPeer> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.off("error", reject);
      resolve(new RawPeer(socket, "client"));
    });
  });
}

/** The request that asks for an upgrade, as the rules want it. */
export function upgradeRequest(
  path: string,
  headers: Readonly<Record<string, string | undefined>> = {},
): string {
  const all = {
    "Host": "127.0.0.1",
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
    ...headers,
  };
  const lines = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : `${name}: ${value}`
  );
  return [`GET ${path} HTTP/1.1`, ...lines, "", ""].join("\r\n");
}

/** The answer that grants the upgrade which was asked for by this key. */
export function upgradeAnswer(
  key: string,
  headers: Readonly<Record<string, string | undefined>> = {},
): string {
  const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
  const all = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Accept": accept.digest("base64"),
    ...headers,
  };
  const lines = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : `${name}: ${value}`
  );
  return ["HTTP/1.1 101 Switching Protocols", ...lines, "", ""].join("\r\n");
}

/** A raw server: each connection is handed over as it comes in. */
export interface RawServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Listens on a free port of the loopback. */
export function listenRaw(handler: (peer: RawPeer) => void): Promise<RawServer> {
  const peers = new Set<RawPeer>();
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    const peer = new RawPeer(socket, "server");
    peers.add(peer);
    socket.on("close", () => peers.delete(peer));
    handler(peer);
  });
  const close = (): Promise<void> => {
    for (const peer of peers) peer.destroy();
    return new Promise((resolve) => server.close(() => resolve()));
  };
  return new Promise((resolve) => {
    server.listen({ port: 0, host: "127.0.0.1" }, () => {
      const { port } = server.address() as net.AddressInfo;
      resolve({ port, close });
    });
  });
}
