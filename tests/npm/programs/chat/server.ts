import { type Driver, WebSocketAcceptor, WebSocketServer } from "tgrid";

interface IListener {
  arrived(name: string): void;
  said(name: string, text: string): void;
}
interface IChat {
  setName(name: string): Promise<boolean>;
  say(text: string): Promise<number>;
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
    await Promise.all([...people.values()].map((person) => person.said(this.#name, text)));
    return people.size;
  }
  async whisper(to: string, text: string): Promise<string> {
    const person = people.get(to);
    if (person === undefined) throw new Error(`Nobody is called ${to}.`);
    await person.said(`${this.#name} (whispering)`, text);
    return "told";
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
    acceptor.accept(chat);
    console.log("came", acceptor.header === undefined || acceptor.header === null, acceptor.state);
    acceptor.join().then(async () => {
      chat.leave();
      if (people.size === 0) await server.close();
    });
  },
).then(() => console.log("open"));
