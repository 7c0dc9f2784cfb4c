import { type Driver, type WebSocketAcceptor, WebSocketServer } from "tgrid";

interface IListener {
  arrived(name: string): void;
  said(name: string, text: string): void;
}
interface IChat {
  setName(name: string): Promise<boolean>;
  say(text: string): Promise<number>;
  size(): number;
  whisper(to: string, text: string): Promise<string>;
}
const people = new Map<string, Driver<IListener>>();

class Chat implements IChat {
  #name = "";
  constructor(private readonly listener: Driver<IListener>) {}
  async setName(name: string): Promise<boolean> {
    if (people.has(name)) return false;
    this.#name = name;
    people.set(name, this.listener);
    for (const person of people.values()) await person.arrived(name);
    return true;
  }
  async say(text: string): Promise<number> {
    for (const person of people.values()) await person.said(this.#name, text);
    return people.size;
  }
  async whisper(to: string, text: string): Promise<string> {
    const person = people.get(to);
    if (person === undefined) throw new Error(`Nobody is called ${to}.`);
    await person.said(`${this.#name} (whispering)`, text);
    return "told";
  }
  size(): number {
    return people.size;
  }
  leave(): void {
    people.delete(this.#name);
    console.log("left", this.#name, people.size);
  }
}

const server = new WebSocketServer<undefined, IChat, IListener>();
server.open(
  Number(process.env.PORT),
  async (acceptor: WebSocketAcceptor<undefined, IChat, IListener>) => {
    const chat = new Chat(acceptor.getDriver());
    const accepted = acceptor.accept(chat);
    console.log("came", acceptor.header === undefined || acceptor.header === null, acceptor.state);
    await accepted;
    acceptor.join().then(async () => {
      chat.leave();
      if (people.size === 0) await server.close();
    });
  },
).then(() => console.log("open"));
