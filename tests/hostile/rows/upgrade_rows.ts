import { PATIENCE } from "../patience.ts";
import { bytes, finishes, type Gets, pauses, resets, type Row, says, type Step } from "../row.ts";
import type { RawPeer } from "../wire/peer.ts";
import { upgradeRequest } from "../wire/tcp.ts";

/** Sends the request for an upgrade, changed. */
function asks(change: (request: string) => string | Uint8Array = (same) => same): Step {
  return (peer: RawPeer) => peer.write(change(upgradeRequest(`${peer.path}?token=hunter2`)));
}

/** Puts a line into the request's head. */
function withLine(line: string): Step {
  return asks((request) => request.replace("Host:", `${line}\r\nHost:`));
}

function without(name: string): Step {
  return asks((request) => request.replace(new RegExp(`${name}:.*\r\n`), ""));
}

function instead(from: string, to: string): Step {
  return asks((request) => request.replace(from, to));
}

function row(reason: string, does: Step | readonly Step[], tcp: Gets): Row {
  return { reason, does: [does].flat(), gets: { tcp } };
}

const REFUSED = (status: number, body: RegExp): Gets => ({
  status,
  body,
  events: [`refused ${status}`],
});
/** Answered below the library, where nobody can tell whose it is. */
const BELOW: Gets = { status: 400 };
const INVALID: Gets = REFUSED(400, /^Invalid WebSocket upgrade\n$/);
const NO_CONNECTION = REFUSED(400, /^Missing "upgrade" in the connection header\n$/);
const NO_UPGRADE = REFUSED(426, /^This endpoint only accepts WebSocket upgrades\n$/);
const NO_GET = REFUSED(405, /^A WebSocket upgrade must be a GET request\n$/);
const VERSION = REFUSED(426, /^Unsupported WebSocket version: use 13\n$/);

/** Taken as an upgrade: then a first frame that is none ends it. */
const TAKEN: Gets = { end: 1002, says: "The first frame isn't a header" };
const nonsense: Step = async (peer) => {
  await peer.until(({ isUpgraded }) => isUpgraded, PATIENCE);
  peer.text("nonsense");
};

/** What stands in the place of a request for an upgrade, and what HTTP has to say to it. */
export const upgradeRows: readonly Row[] = [
  row("A browser request that isn't an upgrade", without("Upgrade"), NO_UPGRADE),
  row(
    "An upgrade to another protocol, which nobody here speaks",
    instead("Upgrade: websocket", "Upgrade: h2c"),
    NO_UPGRADE,
  ),
  row("A proxy that removed the Connection header", without("Connection"), NO_CONNECTION),
  row(
    "A proxy that changed the Connection header to close",
    instead("Connection: Upgrade", "Connection: close"),
    NO_CONNECTION,
  ),
  row("A POST in the form of an upgrade", instead("GET", "POST"), NO_GET),
  row("A HEAD, whose answer has no body", instead("GET", "HEAD"), {
    status: 405,
    events: ["refused 405"],
  }),
  row("A DELETE, which must do nothing", instead("GET", "DELETE"), NO_GET),
  row(
    "An OPTIONS, as a page of another origin sends before it asks",
    instead("GET", "OPTIONS"),
    NO_GET,
  ),
  row("A method that HTTP does not know", instead("GET", "BREW"), NO_GET),
  row("A method in small letters, which is another one", instead("GET", "get"), NO_GET),
  row(
    "A version of WebSocket from before the standard",
    instead("Version: 13", "Version: 8"),
    VERSION,
  ),
  row(
    "A version of WebSocket that is still to come",
    instead("Version: 13", "Version: 99"),
    VERSION,
  ),
  row("A list of versions in one header", instead("Version: 13", "Version: 13, 8"), VERSION),
  row("A version that is no number", instead("Version: 13", "Version: thirteen"), VERSION),
  row("No version at all", without("Sec-WebSocket-Version"), VERSION),
  row(
    "No key, so that nothing can be made of it to answer with",
    without("Sec-WebSocket-Key"),
    REFUSED(400, /^Missing sec-websocket-key header\n$/),
  ),
  row("A name of a host with spaces in it, out of which no address can be made", [
    instead("Host: 127.0.0.1", "Host: e v i l"),
  ], INVALID),
  row("HTTP of version 2.0 in the form of 1.1", instead("HTTP/1.1", "HTTP/2.0"), BELOW),
  row("HTTP of a version that does not exist", instead("HTTP/1.1", "HTTP/9.9"), BELOW),
  row(
    "Two names of hosts, between which a proxy may choose",
    withLine("Host: evil.example"),
    BELOW,
  ),
  row("A request for all that there is, as OPTIONS has it", instead("/", "* /"), BELOW),
  row("A request for nothing", asks((text) => text.replace(/GET \S+/, "GET ")), BELOW),
  row("A null character in the path", asks((text) => text.replace(/GET \S+/, "GET /\0")), BELOW),
  row("A space in the path", asks((text) => text.replace(/GET \S+/, "GET /a b")), BELOW),
  row("A path of 100,000 characters", [
    asks((text) => text.replace(/GET \S+/, `GET /${"a".repeat(100_000)}`)),
  ], BELOW),
  row("A header of 100,000 characters", withLine(`X: ${"a".repeat(100_000)}`), BELOW),
  row("Two thousand headers", withLine(Array(2_000).fill("X: a").join("\r\n")), BELOW),
  row("A line without a colon among the headers", withLine("garbage"), BELOW),
  row(
    "A space before the colon, by which two servers may read two headers",
    withLine("X : y"),
    BELOW,
  ),
  row("A header folded over two lines, as HTTP once had it", withLine("X: a\r\n b"), BELOW),
  row("A null character in a header", withLine("X: a\0b"), BELOW),
  row("A lone carriage return in a header", withLine("X: a\rY: b"), BELOW),
  row("A name of a header with an umlaut", withLine("Ü: a"), BELOW),
  row("A length that is negative", withLine("Content-Length: -1"), BELOW),
  row("A length that is no number", withLine("Content-Length: 1e3"), BELOW),
  row("Two lengths that differ, by which a second request may be smuggled in", [
    withLine("Content-Length: 5\r\nContent-Length: 6"),
  ], BELOW),
  row("A length and chunks at once, the other way of smuggling", [
    withLine("Content-Length: 3\r\nTransfer-Encoding: chunked"),
  ], BELOW),
  row(
    "A greeting of TLS on a port without it",
    bytes(Uint8Array.of(22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3)),
    BELOW,
  ),
  row(
    "Bytes without any sense",
    bytes(Uint8Array.from({ length: 200 }, (_, at) => at * 37 + 1)),
    BELOW,
  ),
  row("A frame of WebSocket before any request", says("nonsense"), BELOW),
  row("The greeting of another protocol", bytes("EHLO mail.example\r\n\r\n"), BELOW),
  row("A request body, which could be mistaken for frames", [
    asks((text) => text.replace("Host:", "Content-Length: 5\r\nHost:") + "hello"),
  ], BELOW),
  row("A chunked request body", [
    asks((text) => `${text.replace("Host:", "Transfer-Encoding: chunked\r\nHost:")}0\r\n\r\n`),
  ], BELOW),
  row("A key that is empty", [asks((text) => text.replace(/Key: .*/, "Key:")), nonsense], TAKEN),
  row("A key of other than 16 bytes", [
    asks((text) => text.replace(/Key: .*/, "Key: abc")),
    nonsense,
  ], TAKEN),
  row("An extension that is asked for by nonsense", [
    withLine("Sec-WebSocket-Extensions: ;;;===,,"),
    nonsense,
  ], TAKEN),
  row("Compression that is asked for, which could hide a bomb", [
    withLine("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"),
    nonsense,
  ], {
    ...TAKEN,
    also: ({ reader }) =>
      reader.head!.headers.has("sec-websocket-extensions") ? "it agrees to compress" : undefined,
  }),
  row("A subprotocol that nobody here speaks", [
    withLine("Sec-WebSocket-Protocol: soap, wamp"),
    nonsense,
  ], {
    ...TAKEN,
    also: ({ reader }) =>
      reader.head!.headers.has("sec-websocket-protocol") ? "it agrees to speak it" : undefined,
  }),
  row("Words of Connection in another order and case", [
    instead("Connection: Upgrade", "Connection: keep-alive, UPGRADE"),
    nonsense,
  ], TAKEN),
  row("A request in ten pieces", [
    async (peer) => {
      const text = upgradeRequest(`${peer.path}?token=hunter2`);
      for (let at = 0; at < text.length; at += 20) {
        peer.write(text.slice(at, at + 20));
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    },
    nonsense,
  ], TAKEN),
  row("A first frame in the same write as the request", [
    async (peer) => {
      peer.write(upgradeRequest(`${peer.path}?token=hunter2`));
      peer.text("nonsense");
      await peer.until(({ isUpgraded }) => isUpgraded, PATIENCE);
    },
  ], TAKEN),
  row("An upgrade behind a request that was refused, over the same TCP", [
    asks((text) => `GET / HTTP/1.1\r\nHost: a\r\n\r\n${text}`),
  ], { status: 426, body: /only accepts WebSocket upgrades/, closed: 1006 }),
  row("A request that ends in the middle of its first line", [bytes("GET / HT"), finishes], {
    end: "broken",
    closed: 0,
  }),
  row("A request that ends in the middle of its headers", [
    asks((text) => text.slice(0, 60)),
    finishes,
  ], { end: "broken", closed: 0 }),
  row(
    "A reset in the middle of a request",
    [asks((text) => text.slice(0, 60)), pauses(5), resets],
    {
      end: "broken",
      closed: 0,
    },
  ),
  row("A reset before anything was sent", [resets], { end: "broken", closed: 0 }),
];
