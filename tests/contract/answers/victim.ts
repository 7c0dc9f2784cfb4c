import { assertEquals } from "@std/assert";
import { type ConnectionOptions, WebSocketConnector, WebSocketServer } from "../../../mod.ts";
import { inTime } from "../check.ts";
import type { Remote } from "../library.ts";
import { rawClient, rawServer, type RawSocket } from "../raw.ts";
import type { AnyAcceptor, AnyEnd } from "../states/fixture.ts";
import { plus, three } from "./frames.ts";

/** Which of our ends a raw peer is let loose on. */
export type Kind = "acceptor" | "connector";

/** Both. */
export const KINDS: readonly Kind[] = ["acceptor", "connector"];

/** An end of ours, open, in plain mode, with a raw peer at its other end. */
export interface Victim extends AsyncDisposable {
  readonly end: AnyEnd;
  readonly peer: RawSocket;
  /** Resolves the function `held`, which a call of the peer's may be running. */
  release(): void;
  /** Holds when others are served as before. */
  othersGoOn(): Promise<void>;
}

function providerOf(): { readonly provider: object; release(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const provider = {
    plus: (x: number, y: number) => x + y,
    held: () => promise.then(() => "released"),
  };
  return { provider, release: resolve };
}

/** Opens one. */
export function openVictim(kind: Kind, options: ConnectionOptions = {}): Promise<Victim> {
  return kind === "acceptor" ? openAcceptor(options) : openConnector(options);
}

async function openAcceptor(options: ConnectionOptions): Promise<Victim> {
  const { promise, resolve } = Promise.withResolvers<AnyAcceptor>();
  const { provider, release } = providerOf();
  const server = new WebSocketServer<unknown, object | null, Remote>();
  await server.open({ port: 0, hostname: "127.0.0.1", ...options }, (acceptor) => {
    resolve(acceptor);
    return acceptor.accept(provider);
  });
  const url = `ws://127.0.0.1:${server.address!.port}`;
  const honest = new WebSocketConnector<null, null, Remote>(null, null);
  const peer = await rawClient(url);
  peer.send({ header: null });
  const end = await inTime(promise, "the acceptor");
  assertEquals(await peer.next(), "1");
  await honest.connect(url); // before anything bad happens
  return {
    end,
    peer,
    release,
    async othersGoOn() {
      assertEquals(await inTime(honest.getDriver().plus(1, 2), "the honest return"), 3);
      const late = new WebSocketConnector<null, null, Remote>(null, null);
      await inTime(late.connect(url), "a late connect");
      assertEquals(await inTime(late.getDriver().plus(3, 4), "the late return"), 7);
      await late.close();
    },
    async [Symbol.asyncDispose]() {
      await peer.close();
      await honest.close();
      await server.close();
    },
  };
}

async function openConnector(options: ConnectionOptions): Promise<Victim> {
  const server = rawServer();
  const { provider, release } = providerOf();
  const open = async (): Promise<[AnyEnd, RawSocket]> => {
    const connector = new WebSocketConnector<null, object, Remote>(null, provider);
    const connecting = connector.connect(server.url, options);
    const peer = await server.next();
    assertEquals("header" in await peer.nextJson(), true);
    peer.send("1");
    await inTime(connecting, "the connect");
    return [connector as AnyEnd, peer];
  };
  const [end, peer] = await open();
  const [honest, honestPeer] = await open();
  return {
    end,
    peer,
    release,
    async othersGoOn() {
      honestPeer.send(plus(1));
      assertEquals(await honestPeer.nextJson(), three(1));
      assertEquals(honest.state, 1);
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await inTime(Promise.all([end.join(), honest.join()]), "the ends");
    },
  };
}
