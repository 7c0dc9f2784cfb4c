import { WebSocketConnector } from "../../mod.ts";
import { LINKED_HEADER, PLAIN_HEADER } from "./attack_server.ts";
import { Child, deno } from "./child.ts";
import { PATIENCE } from "./patience.ts";
import type { provider } from "./victims/provider.ts";
import type { Journal } from "./victims/journal.ts";
import type { RawPeer } from "./wire/peer.ts";
import { dialRaw, upgradeRequest } from "./wire/tcp.ts";

const PROGRAM = "victims/server.ts";

/**
 * Garbage is collected before there is more of it than this: V8 lets it grow with the machine's
 * memory, to several times what the program needs. What needs more ends the process.
 */
const HEAP = "--v8-flags=--max-old-space-size=192"; // MB

/** How often the memory is looked at, in ms. */
const LOOK_EVERY = 40;

/** An honest client of an attacked server. */
export type Honest = WebSocketConnector<null, null, typeof provider>;

/** The attacked servers in a process whose memory is watched. */
export class WatchedServers implements AsyncDisposable {
  readonly #child = new Child(PROGRAM, [], deno(PROGRAM, [], HEAP));
  readonly #control = new WebSocketConnector<null, null, Journal>(null, null);
  readonly #honest: Honest[] = [];
  readonly #peers: RawPeer[] = [];
  #ports: Readonly<Record<string, number>> = {};

  /** Starts them. */
  static async start(): Promise<WatchedServers> {
    const watched = new WatchedServers();
    watched.#ports = await watched.#child.firstLine();
    await watched.#control.connect(watched.url("control"));
    return watched;
  }

  /** Does the process live? */
  get lives(): boolean {
    return this.#child.lives;
  }

  /** An honest client, connected. */
  async honest(server: string, wire: "linked" | "plain" = "linked"): Promise<Honest> {
    const connector: Honest = new WebSocketConnector(null, null);
    await connector.connect(this.url(server), { wire });
    this.#honest.push(connector);
    return connector;
  }

  /** A hostile peer that was accepted. */
  async hostile(server: string, header: "plain" | "linked" | string): Promise<RawPeer> {
    const peer = await this.undecided(server, header, "accept");
    await peer.until(({ texts }) => texts.length > 0, PATIENCE);
    peer.reader.forget();
    return peer;
  }

  /** A hostile peer that has sent its header, to a handler of this name. */
  async undecided(server: string, header: string, handler = "never"): Promise<RawPeer> {
    const peer = await dialRaw(this.#ports[server]!);
    this.#peers.push(peer);
    peer.write(upgradeRequest(`/${handler}`));
    await peer.until(({ isUpgraded }) => isUpgraded, PATIENCE);
    const known: Record<string, string> = { plain: PLAIN_HEADER, linked: LINKED_HEADER };
    peer.text(known[header] ?? header);
    return peer;
  }

  /** How many bytes the process has at most, while this is done. */
  async peak(act: () => Promise<void>): Promise<number> {
    const driver = this.#control.getDriver();
    await driver.memory(); // what it takes to be asked is there already
    let most = await driver.memory();
    let isOver = false;
    const watching = (async () => {
      while (!isOver) {
        most = Math.max(most, await driver.memory());
        await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
      }
    })();
    await act();
    isOver = true;
    await watching;
    most = Math.max(most, await driver.memory());
    return most;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const peer of this.#peers) peer.destroy();
    for (const connector of [...this.#honest, this.#control]) {
      await connector[Symbol.asyncDispose]();
    }
    await this.#child[Symbol.asyncDispose]();
  }

  /** The address of one of them. */
  url(server: string): string {
    return `ws://127.0.0.1:${this.port(server)}/accept`;
  }

  /** The port of one of them. */
  port(server: string): number {
    return this.#ports[server]!;
  }
}
