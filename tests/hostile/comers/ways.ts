import { LINKED_HEADER, PLAIN_HEADER } from "../attack_server.ts";
import { PATIENCE } from "../patience.ts";
import { frame, OPCODE } from "../wire/frames.ts";
import type { RawPeer } from "../wire/peer.ts";
import { upgradeRequest } from "../wire/tcp.ts";

/** How a client comes and goes: what it does from TCP on, until it has left. */
export type Way = (peer: RawPeer) => Promise<void>;

/** A server that has not ended TCP by then is left in another way, in ms. */
const MOST = 1_000;

const CLOSE = frame({ opcode: OPCODE.close, payload: new Uint8Array([3, 232]) });

/** Sends no more, and leaves when the server has, or does not. */
async function finish(peer: RawPeer): Promise<void> {
  peer.finish();
  await peer.untilEnded(MOST);
  peer.destroy();
}

/** Resets TCP, once what was sent has left. */
async function reset(peer: RawPeer): Promise<void> {
  await peer.writeAll(new Uint8Array());
  peer.reset();
}

/** Asks for an upgrade, and waits for it, or for a refusal. */
async function upgrade(peer: RawPeer, path = "/accept"): Promise<void> {
  peer.write(upgradeRequest(path));
  await peer.until(({ head }) => head !== undefined, PATIENCE);
}

/** Sends a header, and waits for the decision where one comes. */
async function greet(peer: RawPeer, path: string, header = LINKED_HEADER): Promise<void> {
  await upgrade(peer, path);
  peer.text(header);
  if (path !== "/never") await peer.until(({ frames }) => frames.length > 0, MOST);
}

/** Sends a text before the upgrade. */
async function say(peer: RawPeer, text: string): Promise<void> {
  await peer.writeAll(new TextEncoder().encode(text));
}

/** The twenty ways, by what a client does last. */
export const WAYS: Readonly<Record<string, Way>> = {
  "resets TCP at once": reset,
  "ends TCP at once": finish,
  "ends TCP in a request": async (peer) => {
    await say(peer, "GET /accept HT");
    await finish(peer);
  },
  "resets TCP in the headers of a request": async (peer) => {
    await say(peer, upgradeRequest("/accept").slice(0, 60));
    await reset(peer);
  },
  "sends what is no HTTP": async (peer) => {
    await say(peer, "\0\x01\x02 what is this?\r\n\r\n");
    await finish(peer);
  },
  "asks for a page": async (peer) => {
    await say(peer, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await peer.until(({ head }) => head !== undefined, PATIENCE);
    await finish(peer);
  },
  "resets TCP during the upgrade": async (peer) => {
    await say(peer, upgradeRequest("/accept"));
    await reset(peer);
  },
  "ends TCP during the upgrade": async (peer) => {
    await say(peer, upgradeRequest("/accept"));
    await finish(peer);
  },
  "resets TCP after the upgrade": async (peer) => {
    await upgrade(peer);
    await reset(peer);
  },
  "ends TCP in its first frame": async (peer) => {
    await upgrade(peer);
    peer.write(frame({ payload: LINKED_HEADER }).subarray(0, 9));
    await finish(peer);
  },
  "sends a header that is none": async (peer) => {
    await upgrade(peer);
    peer.text("{");
    await peer.until(({ close }) => close !== undefined, MOST);
    await finish(peer);
  },
  "sends a frame against the rules": async (peer) => {
    await upgrade(peer);
    peer.frame({ reserved: 7, opcode: 5, masked: false });
    await finish(peer);
  },
  "resets TCP with its header": async (peer) => {
    await upgrade(peer);
    peer.text(PLAIN_HEADER);
    await reset(peer);
  },
  "closes undecided": async (peer) => {
    await greet(peer, "/never");
    peer.write(CLOSE);
    await finish(peer);
  },
  "does not answer its rejection": async (peer) => {
    await greet(peer, "/reject");
    await reset(peer);
  },
  "is let down by a handler that throws": async (peer) => {
    await greet(peer, "/throw", PLAIN_HEADER);
    peer.write(CLOSE);
    await finish(peer);
  },
  "resets TCP in its call": async (peer) => {
    await greet(peer, "/accept");
    peer.text('[0,1,"echo",[1]]');
    await reset(peer);
  },
  "resets TCP in a call of the server": async (peer) => {
    await greet(peer, "/call");
    await reset(peer);
  },
  "closes in its call": async (peer) => {
    await greet(peer, "/accept", PLAIN_HEADER);
    peer.text('{"uid":1,"listener":"never","parameters":[]}');
    peer.write(CLOSE);
    await finish(peer);
  },
  "does not answer a close": async (peer) => {
    await greet(peer, "/bye");
    await peer.until(({ close }) => close !== undefined, MOST);
    await finish(peer);
  },
};
