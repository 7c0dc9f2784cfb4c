/** The state of the room: its people, its messages and the counter. */
import type { Driver, WebSocketAcceptor } from "../../mod.ts";
import type { Greeting, Message, Page, Room } from "./shared.ts";
import { summaryOf } from "./upload.ts";

const HISTORY = 50;
const MAX_TEXT = 500;
const MAX_NAME = 24;

/** A chat room for any number of pages. */
export class ChatRoom {
  readonly #pages = new Map<Driver<Page>, string>();
  readonly #history: Message[] = [];
  #count = 0;

  /** Accepts a page and waits until it leaves, or rejects it. */
  async admit(acceptor: WebSocketAcceptor<Greeting, Room, Page>): Promise<void> {
    const name = nameOf(acceptor.header);
    if (name === undefined) {
      return await acceptor.reject(3001, `A name must have 1 to ${MAX_NAME} characters`);
    }
    const page = acceptor.getDriver();
    await acceptor.accept(this.#offer(name));
    this.#welcome(page, name);
    await acceptor.join(); // until the page leaves, or doesn't come back in time
    this.#pages.delete(page);
    this.#notifyAll((each) => each.people(this.#names()));
  }

  /** Makes all calls in one turn, so that the page misses no message after its snapshot. */
  #welcome(page: Driver<Page>, name: string): void {
    this.#pages.set(page, name);
    const snapshot = { history: this.#history, people: this.#names(), count: this.#count };
    page.entered(snapshot).catch(() => {});
    this.#notifyAll((each) => each.people(this.#names()));
  }

  #offer(name: string): Room {
    return {
      say: (text) => this.#say(name, text),
      ping: () => {},
      counter: { add: (step) => this.#add(name, step) },
      upload: async (file, onProgress) => {
        this.#post(name, `sent ${await summaryOf(file, onProgress)}`);
      },
    };
  }

  #say(from: string, text: unknown): void {
    if (typeof text !== "string" || text.trim() === "") throw new TypeError("The message is empty");
    if (text.length > MAX_TEXT) throw new RangeError(`Use at most ${MAX_TEXT} characters`);
    this.#post(from, text);
  }

  #post(from: string, text: string): void {
    const message = { from, text, at: Date.now() };
    this.#history.push(message);
    if (this.#history.length > HISTORY) this.#history.shift();
    this.#notifyAll((each) => each.said(message));
  }

  #add(by: string, step: unknown): number {
    if (step !== 1 && step !== -1) throw new RangeError("The counter only moves by one");
    this.#count += step;
    this.#notifyAll((each) => each.counted(this.#count, by));
    return this.#count;
  }

  #names(): string[] {
    return [...this.#pages.values()].sort((a, b) => a.localeCompare(b));
  }

  /** Calls all pages. Ignores rejections, which mean that a page has left. */
  #notifyAll(notify: (page: Driver<Page>) => Promise<void>): void {
    for (const page of this.#pages.keys()) notify(page).catch(() => {});
  }
}

/** Validates the header: a client can send any value. */
function nameOf(header: unknown): string | undefined {
  const { name } = (header ?? {}) as { readonly name?: unknown };
  if (typeof name !== "string") return undefined;
  const trimmed = name.trim();
  return trimmed !== "" && trimmed.length <= MAX_NAME ? trimmed : undefined;
}
