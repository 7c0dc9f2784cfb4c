/**
 * A chat server that calls its clients: everyone in the room sees what the others say.
 *
 *     deno run --allow-net examples/chat.ts
 */
import { type Driver, RemoteError, WebSocketConnector, WebSocketServer } from "../mod.ts";

/** What a client offers. */
interface Screen {
  print(line: string): void | Promise<void>;
}

/** What the server offers. */
interface Desk {
  /** Sends a line to all others. Returns the names of those who have seen it. */
  say(text: string): Promise<string[]>;
}

/** Everyone in the room, with the driver of their screen. */
class Room {
  readonly #screens = new Map<string, Driver<Screen>>();

  enter(name: string, screen: Driver<Screen>): void {
    this.#announce(`${name} joined`);
    this.#screens.set(name, screen);
  }

  leave(name: string): void {
    this.#screens.delete(name);
    this.#announce(`${name} left`);
  }

  /** Awaits its calls and checks each outcome. */
  async say(from: string, text: string): Promise<string[]> {
    const others = [...this.#screens].filter(([name]) => name !== from);
    const outcomes = await Promise.allSettled(
      others.map(([, screen]) => screen.print(`${from}: ${text}`)),
    );
    return others.flatMap(([name], index) => {
      const outcome = outcomes[index]!;
      if (outcome.status === "fulfilled") return [name];
      console.log(`server: ${name} may have missed "${text}" (${outcome.reason.name})`);
      return [];
    });
  }

  /**
   * Awaits nothing, but must handle rejections: a call rejects if its client leaves before it
   * returns, and an unhandled rejection ends the process. Never write `void screen.print(line)`.
   */
  #announce(line: string): void {
    for (const [name, screen] of this.#screens) {
      screen.print(line).catch((error) => {
        if (error instanceof RemoteError) console.log(`server: ${name}'s screen: ${error.message}`);
        // other errors mean that the client is gone
      });
    }
  }
}

const room = new Room();
await using server = new WebSocketServer<string, Desk, Screen>();
await server.open({ port: 0, hostname: "127.0.0.1" }, async (acceptor) => {
  const name = acceptor.header;
  await acceptor.accept({ say: (text) => room.say(name, text) });
  room.enter(name, acceptor.getDriver());
  await acceptor.join(); // until the client leaves, for any reason
  room.leave(name);
});

/** Connects a client, and collects the lines on its screen. */
async function enter(name: string, print?: (line: string) => Promise<void>) {
  const lines: string[] = [];
  const connector = new WebSocketConnector<string, Screen, Desk>(name, {
    print(line) {
      lines.push(line);
      return print?.(line);
    },
  });
  await connector.connect(`ws://127.0.0.1:${server.address!.port}`);
  return { name, lines, connector, desk: connector.getDriver() };
}

const ada = await enter("Ada");
const bob = await enter("Bob");
const cyd = await enter("Cyd", (line) =>
  // leaves during a call, whose caller can't know whether it ran
  line.endsWith("secret") ? cyd.connector.close() : Promise.resolve());

console.log(`Ada was heard by ${await ada.desk.say("hello")}`);
console.log(`Bob was heard by ${await bob.desk.say("a secret")}`);
console.log(`Ada was heard by ${await ada.desk.say("are we alone?")}`);
for (const { name, lines } of [ada, bob, cyd]) {
  console.log(`${name}'s screen:`);
  for (const line of lines) console.log(`  ${line}`);
}
await Promise.all([ada.connector.close(), bob.connector.close()]);
