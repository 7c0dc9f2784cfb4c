/**
 * A server and a client that call each other, in one file.
 *
 *     deno task demo
 */
import { type Driver, RemoteError, WebSocketConnector, WebSocketServer } from "../mod.ts";

/** What the client offers. */
interface Person {
  name(): string;
  screen: { show(text: string): void };
}

/** What the server offers. Each client gets its own calculator. */
class Calculator {
  readonly #person: Driver<Person>;

  constructor(person: Driver<Person>) {
    this.#person = person;
  }

  readonly scientific = {
    log: (base: number, x: number): number => Math.round(Math.log(x) / Math.log(base)),
  };

  readonly statistics = {
    mean: async (numbers: readonly number[]): Promise<number> => {
      await this.#person.screen.show(`adding ${numbers.length} numbers`);
      const sum = numbers.reduce((x, y) => x + y);
      await this.#person.screen.show(`dividing ${sum} by ${numbers.length}`);
      return sum / numbers.length;
    },
  };

  async greet(): Promise<string> {
    return `Hello, ${await this.#person.name()}`;
  }

  plus(x: number, y: number): number {
    return x + y;
  }

  divide(x: number, y: number): number {
    if (y === 0) throw Object.assign(new RangeError(`Cannot divide ${x} by 0`), { dividend: x });
    return x / y;
  }
}

const server = new WebSocketServer<null, Calculator, Person>();
await server.open({ port: 0, hostname: "127.0.0.1" }, async (acceptor) => {
  await acceptor.accept(new Calculator(acceptor.getDriver()));
  await acceptor.join();
  console.log("server: a client left");
});
const url = `ws://127.0.0.1:${server.address!.port}`;
console.log(`server: listening on ${url}`);

const connector = new WebSocketConnector<null, Person, Calculator>(null, {
  name: () => "Ada",
  screen: { show: (text) => console.log(`client:   the server says "${text}"`) },
});
await connector.connect(url);
console.log("client: connected");

const calculator = connector.getDriver();
console.log(`client: greet() returned "${await calculator.greet()}"`);
console.log(`client: plus(2, 3) returned ${await calculator.plus(2, 3)}`);
console.log(`client: scientific.log(2, 32) returned ${await calculator.scientific.log(2, 32)}`);
console.log("client: calling statistics.mean([1, 2, 3, 6])");
console.log(`client: it returned ${await calculator.statistics.mean([1, 2, 3, 6])}`);
try {
  await calculator.divide(1, 0);
} catch (error) {
  if (!(error instanceof RemoteError)) throw error;
  console.log(`client: divide(1, 0) threw ${error}, dividend: ${error.dividend}`);
}

console.log("client: closing");
await connector.close();
await connector.join(); // resolves at once, because it's closed
await server.close(); // waits for the handler, which has to print its line
console.log("server: closed");
