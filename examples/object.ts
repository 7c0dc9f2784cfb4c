/**
 * Nested remote objects, a list of them, and a mutex that clients share.
 *
 *     deno run --allow-net examples/object.ts
 */
import { type Driver, WebSocketConnector, WebSocketServer } from "../mod.ts";

/** A deposit takes two calls, so two clients can overwrite each other's. */
class Account {
  #balance = 0;

  read(): number {
    return this.#balance;
  }

  write(balance: number): void {
    this.#balance = balance;
  }
}

/** Has one holder at a time, in the order of the calls to `lock`. */
class Mutex {
  #last: Promise<void> = Promise.resolve();

  /** Resolves when it's the caller's turn, to a function that releases the mutex. */
  async lock(): Promise<() => void> {
    const before = this.#last;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last = promise;
    await before;
    return resolve;
  }
}

/** One client's access to the mutex, so that it can be released when the client leaves. */
class Lock {
  readonly #mutex: Mutex;
  readonly #turns: Promise<() => void>[] = [];

  constructor(mutex: Mutex) {
    this.#mutex = mutex;
  }

  async acquire(): Promise<void> {
    const turn = this.#mutex.lock();
    this.#turns.push(turn);
    await turn;
  }

  async release(): Promise<void> {
    const end = await this.#turns.shift();
    if (end === undefined) throw new Error("Cannot release the lock: it isn't held");
    end();
  }

  async releaseAll(): Promise<void> {
    while (this.#turns.length > 0) await this.release();
  }
}

/** What the server offers. Each client gets its own lock. */
interface Bank {
  readonly name: string; // not a function, so clients don't see it
  readonly vault: { readonly accounts: Account[] };
  readonly lock: Lock;
}

const mutex = new Mutex();
const vault = { accounts: [new Account(), new Account()] };
await using server = new WebSocketServer<null, Bank, null>();
await server.open({ port: 0, hostname: "127.0.0.1" }, async (acceptor) => {
  const lock = new Lock(mutex);
  await acceptor.accept({ name: "the bank", vault, lock });
  await acceptor.join();
  await lock.releaseAll();
});

async function visit(): Promise<WebSocketConnector<null, null, Bank>> {
  const connector = new WebSocketConnector<null, null, Bank>(null, null);
  await connector.connect(`ws://127.0.0.1:${server.address!.port}`);
  return connector;
}

async function deposit(bank: Driver<Bank>, amount: number): Promise<void> {
  await bank.lock.acquire();
  const account = bank.vault.accounts[1]!; // a driver too, so this makes no call
  await account.write(await account.read() + amount);
  await bank.lock.release();
}

await using ada = await visit();
await using bob = await visit();
const banks = [ada.getDriver(), bob.getDriver()];

const [first] = banks;
const seen = await Promise.all(banks.map((bank) => bank.vault.accounts[0]!.read()));
await Promise.all(banks.map((bank, i) => bank.vault.accounts[0]!.write(seen[i]! + 10)));
console.log(`Without the lock, 10 + 10 = ${await first!.vault.accounts[0]!.read()}`);

await Promise.all(banks.map((bank) => deposit(bank, 10)));
console.log(`With the lock, 10 + 10 = ${await first!.vault.accounts[1]!.read()}`);

const cyd = await visit();
await cyd.getDriver().lock.acquire();
console.log("Cyd takes the lock and leaves without releasing it");
await cyd.close();
await deposit(banks[1]!, 5);
console.log(`Bob can still deposit: ${await first!.vault.accounts[1]!.read()}`);

await first!.lock.release().catch((error) => console.log(`Ada: ${error.message}`));
