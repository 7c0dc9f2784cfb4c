import { WebSocketConnector } from "../../../mod.ts";
import { PLAIN_HEADER } from "../attack_server.ts";
import { Child } from "../child.ts";
import type { Level, Outcome } from "../row.ts";
import type { RawPeer } from "../wire/peer.ts";

/** An honest client. */
export interface HonestClient {
  /** Gives what it was given, or rejects. */
  echo(text: string): Promise<unknown>;
  /** What became of the server's own calls on the connection that asked for this path. */
  outcomes?(path: string): Promise<readonly Outcome[] | null>;
  close(): Promise<void>;
}

/** A server of one make, and how it is spoken to. */
export interface Make {
  /** The package's name, and its version. */
  readonly name: string;
  readonly version: string;
  /** What of it is attacked: its transport alone, or its messages too. */
  readonly level: Level;
  /** Starts it in a process of its own, which prints its port or its ports. */
  start(folder: string): Child;
  /** What is asked for, for a handler of this name. */
  path(handler: string, id: number): string;
  /** Up to the acceptance, from the upgrade on. */
  greet(peer: RawPeer, header: string | undefined): Promise<boolean>;
  /** An honest client, connected. */
  honest(port: number): Promise<HonestClient>;
  /** A frame that asks for so many characters, as call number `id`. */
  asks(id: number, length: number): string;
}

/** What was installed for the comparison. */
export const VERSIONS = {
  tgrid: "1.2.1",
  capnweb: "0.12.0",
  "socket.io": "4.8.4",
  ws: "8.23.0",
  node: "22.23.3", // capnweb needs a global WebSocket
};

const PATIENCE = 5_000;

interface Remote {
  echo(text: string): string;
  outcomes(path: string): unknown;
}

const plain = {
  level: "messages",
  path: (handler: string, id: number) => `/${handler}/${id}`,
  async greet(peer: RawPeer, header = PLAIN_HEADER) {
    peer.text(header);
    return await peer.until(({ texts }) => texts[0] === "1", PATIENCE);
  },
  async honest(port: number): Promise<HonestClient> {
    const connector = new WebSocketConnector<null, null, Remote>(null, null);
    await connector.connect(`ws://127.0.0.1:${port}/accept/0`, {
      wire: "plain",
      timeout: PATIENCE,
    });
    const driver = connector.getDriver();
    return {
      echo: (text) => driver.echo(text),
      outcomes: (path) => driver.outcomes(path).catch(() => null) as never, // it may have died
      close: () => connector.close(),
    };
  },
  asks: (uid: number, length: number) =>
    JSON.stringify({ uid, listener: "text", parameters: [{ type: "number", value: length }] }),
} as const;

function inNode(program: string, folder: string): Child {
  return new Child(program, [], {
    command: `${folder}/node_modules/.bin/node`,
    args: [program],
    folder,
  });
}

/** Opens a W3C socket, and asks over it by texts. */
async function byTexts(
  address: string,
  talk: {
    readonly first?: string;
    readonly asks: (id: number, text: string) => readonly string[];
    readonly reads: (id: number, frame: string) => unknown;
    readonly isReady?: (frame: string) => boolean;
  },
): Promise<HonestClient> {
  const socket = new WebSocket(address);
  let id = 0;
  let hear = (_frame: string): void => {};
  let fail = (_error: Error): void => {};
  const next = <T>(pick: (frame: string) => T | undefined): Promise<T> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => fail(new Error("no answer")), PATIENCE);
      const settle = (then: () => void): void => {
        clearTimeout(timer);
        then();
      };
      hear = (frame) => {
        const found = pick(frame);
        if (found !== undefined) settle(() => resolve(found));
      };
      fail = (error) => settle(() => reject(error));
    });
  socket.onmessage = ({ data }) => hear(String(data));
  socket.onclose = () => fail(new Error("closed"));
  socket.onerror = () => fail(new Error("broken"));
  const opened = next((frame) => frame === "open" ? true : undefined);
  socket.onopen = () => hear("open");
  await opened;
  if (talk.first !== undefined) {
    const ready = next((frame) => talk.isReady!(frame) ? true : undefined);
    socket.send(talk.first);
    await ready;
  }
  return {
    echo(text) {
      const asked = ++id;
      const answer = next((frame) => talk.reads(asked, frame));
      if (socket.readyState !== WebSocket.OPEN) fail(new Error("closed"));
      else for (const frame of talk.asks(asked, text)) socket.send(frame);
      return answer;
    },
    close() {
      const closed = new Promise<void>((resolve) => socket.onclose = () => resolve());
      if (socket.readyState === WebSocket.CLOSED) return Promise.resolve();
      socket.close();
      return closed;
    },
  };
}

/** All makes, ours first. */
export function makes(ours: string): readonly Make[] {
  return [
    { ...plain, name: "sheetbend", version: ours, start: () => new Child("victims/server.ts") },
    {
      ...plain,
      name: "tgrid",
      version: VERSIONS.tgrid,
      start: (folder) => inNode("tgrid_server.mjs", folder),
    },
    {
      name: "capnweb",
      version: VERSIONS.capnweb,
      level: "transport",
      start: (folder) => inNode("capnweb_server.mjs", folder),
      path: (_handler, id) => `/${id}`,
      greet: () => Promise.resolve(true),
      honest: (port) =>
        byTexts(`ws://127.0.0.1:${port}/`, {
          asks: (id, text) => [`["push",["pipeline",0,["echo"],["${text}"]]]`, `["pull",${id}]`],
          reads(id, frame) {
            const [kind, of, value] = JSON.parse(frame);
            return kind === "resolve" && of === id ? value : undefined;
          },
        }),
      asks: (_id, length) => `["push",["pipeline",0,["text"],[${length}]]]`,
    },
    {
      name: "socket.io",
      version: VERSIONS["socket.io"],
      level: "transport",
      start: (folder) => inNode("socket_io_server.mjs", folder),
      path: (_handler, id) => `/socket.io/?EIO=4&transport=websocket&id=${id}`,
      async greet(peer) {
        peer.text("40");
        return await peer.until(({ texts }) => texts.some((one) => one.startsWith("40")), PATIENCE);
      },
      honest: (port) =>
        byTexts(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`, {
          first: "40",
          isReady: (frame) => frame.startsWith("40"),
          asks: (id, text) => [`42${id}["echo","${text}"]`],
          reads: (id, frame) =>
            frame.startsWith(`43${id}[`) ? JSON.parse(frame.slice(`43${id}`.length))[0] : undefined,
        }),
      asks: (id, length) => `42${id}["text",${length}]`,
    },
  ];
}
