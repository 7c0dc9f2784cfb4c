import { bytes, finishes, type Gets, pauses, resets, type Row, type Step } from "../row.ts";
import { upgradeAnswer } from "../wire/tcp.ts";

const UNREACHABLE: Gets = { refused: [1006, "Cannot connect to"] };

function answers(change: (answer: string) => string): Step {
  return (peer) => {
    const key = peer.reader.head!.headers.get("sec-websocket-key")!;
    peer.write(change(upgradeAnswer(key)));
  };
}

function row(reason: string, does: Step | readonly Step[], gets: Gets = UNREACHABLE): Row {
  return { reason, does: [does].flat(), gets: { dialled: gets } };
}

/** Nothing comes that would be an acceptance: `connect` gives up by itself. */
function late(reason: string, does: Step): Row {
  const gets: Gets = { refused: [1008, "not accepted within 250 ms"] };
  return { reason, does: [does], gets: { dialled: gets }, timeout: 250 };
}

const http = (status: string, rest = "Content-Length: 2\r\n\r\nno"): Step =>
  bytes(`HTTP/1.1 ${status}\r\n${rest}`);

/** What a server answers in place of an upgrade, as the end that dialled sees it. */
export const answerRows: readonly Row[] = [
  row("A server that speaks HTTP alone", http("200 OK")),
  row("A server that knows no such address", http("404 Not Found")),
  row("A server that wants to know who it is", http("401 Unauthorized")),
  row("A server that turns this origin away", http("403 Forbidden")),
  row("A server that failed", http("500 Internal Server Error")),
  row("A server that has too much to do", http("503 Service Unavailable")),
  row("A server that says that the address is another", [
    bytes("HTTP/1.1 302 Found\r\nLocation: ws://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"),
    finishes,
  ]),
  row(
    "An answer that switches protocols without saying to which",
    answers((text) => text.replace(/Upgrade: .*\r\n/, "")),
  ),
  row(
    "An answer that switches to another protocol",
    answers((text) => text.replace("websocket", "h2c")),
  ),
  row(
    "An answer without a Connection header",
    answers((text) => text.replace(/Connection: .*\r\n/, "")),
  ),
  late(
    "An answer whose key was made of another one, which the platform takes: no acceptance follows",
    answers((text) => text.replace(/Accept: ./, "Accept: _")),
  ),
  late(
    "An answer without a key, which the platform takes: no acceptance follows",
    answers((text) => text.replace(/Sec-WebSocket-Accept: .*\r\n/, "")),
  ),
  row(
    "An answer in a version of HTTP that does not exist",
    answers((text) => text.replace("1.1", "7.7")),
  ),
  row(
    "An answer whose first line is none",
    answers((text) => text.replace("HTTP/1.1 101", "HELLO")),
  ),
  row(
    "An answer with a header of a megabyte",
    answers((text) => text.replace("Upgrade:", `X: ${"a".repeat(2 ** 20)}\r\nUpgrade:`)),
  ),
  row(
    "An answer with ten thousand headers",
    answers((text) => text.replace("Upgrade:", `${"X: a\r\n".repeat(10_000)}Upgrade:`)),
  ),
  row("An answer of nonsense", bytes(Uint8Array.from({ length: 256 }, (_, at) => at))),
  row("An answer of TLS", bytes(Uint8Array.of(21, 3, 1, 0, 2, 2, 70))),
  row("A frame in place of an answer", (peer) => peer.text("1")),
  row("An end in place of an answer", finishes),
  row("A reset in place of an answer", resets),
  row("An end in the middle of an answer", [answers((text) => text.slice(0, 40)), finishes]),
  row("A reset in the middle of an answer", [
    answers((text) => text.slice(0, 40)),
    pauses(5),
    resets,
  ]),
  row("A body without an end, in place of an answer", [
    http("200 OK", "Transfer-Encoding: chunked\r\n\r\n"),
    bytes(`10000\r\n${"x".repeat(65_536)}\r\n`.repeat(8)),
    finishes,
  ]),
  late(
    "A subprotocol that was not asked for, and no acceptance",
    answers((text) => text.replace("\r\n\r\n", "\r\nSec-WebSocket-Protocol: soap\r\n\r\n")),
  ),
  late("An upgrade, then silence", answers((text) => text)),
  late("Silence in place of an answer", pauses(0)),
  late("Half an answer, then silence", answers((text) => text.slice(0, 40))),
  late("An answer that comes in byte by byte, and never to its end", async (peer) => {
    for (const byte of "HTTP/1.1 101 Switching Protocols\r\nX: ") {
      peer.write(byte);
      await new Promise((resolve) => setTimeout(resolve, 8));
    }
  }),
  late("Headers without an end", async (peer) => {
    peer.write("HTTP/1.1 101 Switching Protocols\r\n");
    for (let line = 0; line < 30; line++) {
      peer.write("X: a\r\n");
      await new Promise((resolve) => setTimeout(resolve, 8));
    }
  }),
];
