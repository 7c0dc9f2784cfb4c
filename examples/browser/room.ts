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

  /** Takes a page in until it leaves, or turns it away. */
  async admit(acceptor: WebSocketAcceptor<Greeting, Room, Page>): Promise<void> {
    const name = nameOf(acceptor.header);
    if (name === undefined) {
      return await acceptor.reject(3001, `A name has 1 to ${LONGEST_NAME} letters`);
    }
    const page = acceptor.getDriver();
    await acceptor.accept(this.#offer(name));
    this.#welcome(page, name);
    await acceptor.join(); // however it ends
    this.#pages.delete(page);
    this.#tellAll((each) => each.people(this.#names()));
  }

  /** All in one turn: no news can get between the snapshot and the list of those who are told. */
  #welcome(page: Driver<Page>, name: string): void {
    this.#pages.set(page, name);
    const snapshot = { history: this.#history, people: this.#names(), count: this.#count };
    page.entered(snapshot).catch(() => {});
    this.#tellAll((each) => each.people(this.#names()));
  }

  #offer(name: string): Room {
    return {
      say: (text) => this.#say(name, text),
      ping: () => {},
      counter: { add: (step) => this.#add(name, step) },
    };
  }

  #say(from: string, text: unknown): void {
    if (typeof text !== "string" || text.trim() === "") throw new TypeError("Say something");
    if (text.length > LONGEST_TEXT) throw new RangeError(`${LONGEST_TEXT} letters are enough`);
    const message = { from, text, at: Date.now() };
    this.#history.push(message);
    if (this.#history.length > HISTORY) this.#history.shift();
    this.#tellAll((each) => each.said(message));
  }

  #add(by: string, step: unknown): number {
    if (step !== 1 && step !== -1) throw new RangeError("The counter moves by one");
    this.#count += step;
    this.#tellAll((each) => each.counted(this.#count, by));
    return this.#count;
  }

  #names(): string[] {
    return [...this.#pages.values()].sort((a, b) => a.localeCompare(b));
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
