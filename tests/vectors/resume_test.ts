import { assert, assertEquals } from "@std/assert";
import {
  type ConnectionEvent,
  reconnection,
  WebSocketAcceptor,
  WebSocketConnector,
} from "../../mod.ts";
import type { Acceptor, Connector } from "../helpers/ends.ts";
import { microtasks, until } from "../helpers/waiting.ts";
import { RawSocket } from "../linked/raw.ts";
import vectors from "./resume.json" with { type: "json" };

interface Step {
  readonly from: string;
  readonly frame: string;
  readonly isLost?: boolean;
}

const ECHO = { echo: (value: unknown) => value };
const FEATURES = ["frames", "batch", "cancel", "deadline", "quiet", "refusals", "resume"];

/** An acceptor; the test plays the connector. */
class AtAcceptor {
  socket = new RawSocket(true);
  readonly sockets: RawSocket[] = [];
  readonly #feature = reconnection();
  readonly #seen = new WeakMap<RawSocket, number>();
  /** The ID of the last session that was answered. */
  id = "";

  open(): void {
    this.socket = new RawSocket(true);
    this.sockets.push(this.socket);
    const accept = (acceptor: Acceptor) => acceptor.accept(ECHO);
    WebSocketAcceptor.upgrade({ url: "/", headers: {} }, this.socket, accept, {
      use: [this.#feature],
      onEvent() {},
    });
  }

  async sends(frame: string): Promise<void> {
    this.socket.gets(frame.replaceAll("$session", this.id));
    await microtasks();
  }

  /** The next frame from the acceptor, without what varies. */
  get next(): string {
    const at = this.#seen.get(this.socket) ?? 0;
    this.#seen.set(this.socket, at + 1);
    const frame = String(this.socket.sent[at]);
    this.id = /"session":\[?"([\w-]{22,})"/.exec(frame)?.[1] ?? this.id;
    return frame.replaceAll(this.id, "$session");
  }

  async offers(session: unknown): Promise<string> {
    const link = { version: 1, features: FEATURES, values: ["json"], session };
    this.open();
    await this.sends(JSON.stringify({ header: null, link }));
    return this.next;
  }

  end(): void {
    for (const socket of this.sockets) socket.ends(1000);
  }
}

/** A connector; the test plays the acceptor. */
class AtConnector {
  socket = new RawSocket(false);
  readonly sockets: RawSocket[] = [];
  readonly events: ConnectionEvent[] = [];
  readonly results: unknown[] = [];
  readonly #connector: Connector = new WebSocketConnector(null, ECHO);
  #seen = 0;
  #uid = 0;

  open(): void {
    void this.#connector.connect("ws://host/", {
      use: [reconnection()],
      socket: () => {
        this.#seen = 0;
        this.socket = new RawSocket(false);
        this.sockets.push(this.socket);
        return this.socket;
      },
      onEvent: (event) => {
        this.events.push(event);
        if (event.type === "reconnecting") dispatchEvent(new Event("online")); // ends the wait
      },
    });
  }

  /** Makes the calls of a frame that weren't made yet, and returns what the connector sends. */
  async next(frame: string): Promise<string> {
    for (const [, uid, value] of frame.matchAll(/\[0,(\d+),"echo",\["(\w)"\]\]/g)) {
      if (Number(uid) <= this.#uid) continue;
      this.#uid = Number(uid);
      this.#connector.getDriver().echo!(value).then(
        (value: unknown) => this.results.push(value),
        (error: unknown) => this.results.push(error),
      );
    }
    await until(() => this.socket.sent.length > this.#seen, `"${frame}" is sent`);
    return String(this.socket.sent[this.#seen++]);
  }

  async gets(...frames: string[]): Promise<void> {
    this.socket.gets(...frames);
    await microtasks();
  }

  async cut(): Promise<void> {
    const { length } = this.sockets;
    this.socket.ends(1006);
    await until(() => this.sockets.length > length, "it dials again");
  }

  /** How many calls were made. */
  get calls(): number {
    return this.#uid;
  }

  end(): Promise<void> {
    return this.#connector.close();
  }
}

for (const { what, steps } of [...vectors.both, ...vectors.acceptor]) {
  Deno.test(`acceptor resumes as the vector says when ${what}`, async () => {
    const end = new AtAcceptor();
    end.open();
    for (const { from, frame, isLost } of steps as Step[]) {
      if (from === "network") {
        if (frame === "cut") end.socket.ends(1006);
        end.open();
      } else if (from === "acceptor") assertEquals(end.next, frame);
      else if (isLost !== true) await end.sends(frame);
    }
    assertEquals(end.sockets.filter(({ closes }) => closes.length > 0).length, replaced(steps));
    end.end();
  });
}

/** How many connections the acceptor closes because of another one. */
function replaced(steps: readonly Step[]): number {
  return steps.filter(({ frame }) => frame === "replaced").length;
}

for (const { what, steps } of vectors.both) {
  Deno.test(`connector resumes as the vector says when ${what}`, async () => {
    const end = new AtConnector();
    end.open();
    for (const { from, frame, isLost } of steps as Step[]) {
      if (from === "network") await end.cut();
      else if (from === "connector") assertEquals(await end.next(frame), frame);
      else if (isLost !== true) await end.gets(frame);
    }
    assertEquals(end.results, ["a", "b"].slice(0, end.calls));
    await end.end();
  });
}

for (const session of vectors.fresh) {
  Deno.test(`acceptor starts a new session when the offer has ${JSON.stringify(session)}`, async () => {
    const end = new AtAcceptor();
    await end.offers(undefined);
    const { id } = end;
    await end.sends('[0,1,"echo",["a"]]');
    const told = JSON.parse(JSON.stringify(session).replaceAll("$session", id));
    const { link } = JSON.parse(await end.offers(told));
    assertEquals([typeof link.session, end.id === id], ["string", false]);
    assertEquals(end.sockets.map(({ closes }) => closes.length), [0, 0]);
    end.end();
  });
}

/** A connector whose session is resumed with this in the answer. */
async function answered(session: unknown): Promise<AtConnector> {
  const end = new AtConnector();
  const [offer, answer, call, reply] = vectors.both[0]!.steps.map(({ frame }) => frame);
  end.open();
  await end.next(offer!);
  await end.gets(answer!);
  await end.next(call!);
  await end.gets(reply!);
  await end.cut();
  await end.next("the offer");
  const link = { ...JSON.parse(answer!).link, session };
  await end.gets(JSON.stringify({ accept: 1, link }));
  return end;
}

for (const session of vectors.faults) {
  Deno.test(`connector closes when the answer has ${JSON.stringify(session)}`, async () => {
    const end = await answered(session);
    assertEquals(end.socket.closes, [3002]);
    await until(() => end.events.at(-1)?.type === "close", "the session ends");
    await end.end();
  });
}

for (const session of vectors.new) {
  Deno.test(`connector starts a new session when the answer has ${JSON.stringify(session)}`, async () => {
    const end = await answered(session);
    await until(() => end.events.at(-1)?.type === "reconnect", "it is back");
    const last = end.events.at(-1)!;
    assert(last.type === "reconnect" && !last.isResumed);
    assertEquals(end.socket.closes, []);
    await end.end();
  });
}

for (const frame of vectors.closes) {
  Deno.test(`both ends close when the acknowledgement is the vector '${frame}'`, async () => {
    const acceptor = new AtAcceptor();
    await acceptor.offers(undefined);
    await acceptor.sends('[0,1,"echo",["a"]]');
    await acceptor.sends(frame);
    const connector = new AtConnector();
    const [offer, answer, call] = vectors.both[0]!.steps.map(({ frame }) => frame);
    connector.open();
    await connector.next(offer!);
    await connector.gets(answer!);
    await connector.next(call!);
    await connector.gets(frame);
    assertEquals([acceptor.socket.closes, connector.socket.closes], [[1002], [3002]]);
    acceptor.end();
    await connector.end();
  });
}
