/** The room itself: who is there, what was said, where the counter stands. */
import type { Driver, WebSocketAcceptor } from "../../mod.ts";
import type { Greeting, Message, Page, Room } from "./shared.ts";

const HISTORY = 50;
const LONGEST_TEXT = 500;
const LONGEST_NAME = 24;

/** One room, for as many pages as come. */
export class ChatRoom {
  readonly #pages = new Map<Driver<Page>, string>();
  readonly #history: Message[] = [];
  #count = 0;

  /** Takes a page in until it leaves. */
  async admit(acceptor: WebSocketAcceptor<Greeting, Room, Page>): Promise<void> {
    const name = nameOf(acceptor.header);
    if (name === undefined) return await acceptor.reject(3001, "Give a name of 1 to 24 letters");
    const page = acceptor.getDriver();
    await acceptor.accept(this.#offer(name));
    this.#pages.set(page, name);
    this.#tellAll((each) => each.people(this.#names()));
    await acceptor.join();
    this.#pages.delete(page);
    this.#tellAll((each) => each.people(this.#names()));
  }

  #offer(name: string): Room {
    return {
      enter: () => ({ history: this.#history, people: this.#names() }),
      say: (text) => {
        if (typeof text !== "string" || text.trim() === "") throw new TypeError("Say something");
        const message = { from: name, text: text.slice(0, LONGEST_TEXT), at: Date.now() };
        this.#history.push(message);
        if (this.#history.length > HISTORY) this.#history.shift();
        this.#tellAll((each) => each.said(message));
      },
      counter: {
        value: () => this.#count,
        add: (step) => {
          if (step !== 1 && step !== -1) throw new RangeError("The counter moves by one");
          this.#count += step;
          this.#tellAll((each) => each.counted(this.#count, name));
          return this.#count;
        },
      },
    };
  }

  #names(): string[] {
    return [...this.#pages.values()].sort();
  }

  /** A page that leaves meanwhile is no fault: its call is rejected, and nobody waits for it. */
  #tellAll(tell: (page: Driver<Page>) => Promise<void>): void {
    for (const page of this.#pages.keys()) tell(page).catch(() => {});
  }
}

/** The header comes from the other end: it may be anything. */
function nameOf(header: unknown): string | undefined {
  const { name } = (header ?? {}) as { readonly name?: unknown };
  if (typeof name !== "string") return undefined;
  const trimmed = name.trim();
  return trimmed !== "" && trimmed.length <= LONGEST_NAME ? trimmed : undefined;
}
