/** A worker that holds a state, and a lock for those who change it. */
import { WorkerServer } from "tgrid";

class Account {
  #balance = 0;
  #isLocked = false;
  readonly #waiting: (() => void)[] = [];

  async lock(): Promise<void> {
    if (this.#isLocked) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#isLocked = true;
  }
  unlock(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#isLocked = false;
    else next();
  }
  get(): number {
    return this.#balance;
  }
  set(balance: number): void {
    this.#balance = balance;
  }
}

export type { Account };

const server: WorkerServer<null, Account, null> = new WorkerServer();
void server.open(new Account());
