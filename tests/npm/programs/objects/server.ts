import { type Driver, type WebSocketAcceptor, WebSocketServer } from "tgrid";

interface IListener {
  changed(name: string, count: number): void;
}
class Room {
  #members: string[] = [];
  constructor(readonly name: string, private readonly hotel: Hotel) {}
  enter(member: string): number {
    this.#members.push(member);
    this.hotel.entered++;
    return this.#members.length;
  }
  members(): string[] {
    return this.#members;
  }
}
class Hotel {
  entered = 0;
  readonly rooms: Room[] = ["red", "green"].map((name) => new Room(name, this));
  readonly office = { desk: { bell: { ring: (times: number) => "ding ".repeat(times).trim() } } };
  _secret(): string {
    return "never";
  }
  constructor(readonly guest: Driver<IListener>) {}
  total(): number {
    return this.entered;
  }
  async tell(name: string): Promise<void> {
    await this.guest.changed(name, this.entered);
  }
}

const server = new WebSocketServer<{ name: string }, Hotel, IListener>();
server.open(
  Number(process.env.PORT),
  async (acceptor: WebSocketAcceptor<{ name: string }, Hotel, IListener>) => {
    const hotel = new Hotel(acceptor.getDriver());
    await acceptor.accept(hotel);
    console.log("guest", acceptor.header.name, acceptor.getProvider() === hotel);
    acceptor.join().then(async () => {
      console.log("entered", hotel.entered, hotel.rooms[1]!.members().join(" "));
      await server.close();
    });
  },
).then(() => console.log("open"));
