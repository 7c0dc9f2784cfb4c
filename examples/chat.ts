/**
 * A server that calls its clients: whoever is in the room sees what the others say.
 *
 *     deno run --allow-net examples/chat.ts
 */
import { type Driver, RemoteError, WebSocketConnector, WebSocketServer } from "../mod.ts";

/** What a client offers to the server. */
interface Screen {
  print(line: string): void | Promise<void>;
}

/** What the server offers to a client. */
interface Desk {
  /** Says something to all others; gives the names of those who have seen it. */
  say(text: string): Promise<string[]>;
}

/** Everyone who is there, with the driver of their screen. */
class Room {
  readonly #screens = new Map<string, Driver<Screen>>();

  enter(name: string, screen: Driver<Screen>): void {
    this.#announce(`${name} comes in`);
    this.#screens.set(name, screen);
  }

  leave(name: string): void {
    this.#screens.delete(name);
    this.#announce(`${name} has left`);
  }

  /** Awaits its calls, and looks at each outcome. */
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
   * Awaits nothing, and still has to take the rejections: a call is rejected when its client leaves
   * before it has returned, and a rejection that nobody takes ends the process. So never
   * `void screen.print(line)` alone, as would do for a function of one's own.
   */
  #announce(line: string): void {
    for (const [name, screen] of this.#screens) {
      screen.print(line).catch((error) => {
        if (error instanceof RemoteError) console.log(`server: ${name}'s screen: ${error.message}`);
        // else the client is gone, and needs no news
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
  await acceptor.join(); // resolves however the client leaves
  room.leave(name);
});

/** A client by its name, with what its screen has shown. */
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
  // leaves in the middle of a call: its caller can't know what became of it
  line.endsWith("secret") ? cyd.connector.close() : Promise.resolve());

console.log(`Ada was seen by ${await ada.desk.say("hello")}`);
console.log(`Bob was seen by ${await bob.desk.say("a secret")}`);
console.log(`Ada was seen by ${await ada.desk.say("are we alone?")}`);
for (const { name, lines } of [ada, bob, cyd]) {
  console.log(`${name}'s screen:`);
  for (const line of lines) console.log(`  ${line}`);
}
await Promise.all([ada.connector.close(), bob.connector.close()]);
