// deno-lint-ignore-file no-explicit-any
import { WebSocketConnector } from "tgrid";

interface IHotel {
  rooms: { enter(member: string): number; members(): string[] }[];
  office: { desk: { bell: { ring(times: number): string } } };
  guest: { changed(name: string, count: number): void };
  total(): number;
  tell(name: string): Promise<void>;
}

async function main(): Promise<void> {
  const listener = {
    changed: (name: string, count: number) => console.log("changed", name, count),
  };
  const connector = new WebSocketConnector<{ name: string }, typeof listener, IHotel>(
    { name: "Ada" },
    listener,
  );
  connector.on("send", (event) => {
    if (event.function.listener === "rooms.0.enter") event.function.parameters[0]!.value += "!";
  });
  connector.on("complete", (event) => {
    if (event.function.listener === "total") event.return.value += 100;
  });
  await connector.connect(`ws://127.0.0.1:${process.env.PORT}`);
  const hotel = connector.getDriver() as any;
  console.log(await hotel.rooms[0].enter("Ada"), await hotel.rooms[1].enter("Bob"));
  console.log(await hotel.rooms[0].enter("Cid"), await hotel.rooms[0].members());
  console.log(await hotel.office.desk.bell.ring(3));
  console.log(await hotel.total());
  await hotel.tell("count");
  await hotel.guest.changed("through the server", 1);
  const refused = [
    "_secret",
    "rooms.constructor",
    "rooms.7.enter",
    "absent.member",
    "total.prototype",
  ];
  for (const path of refused) {
    const target = path.split(".").reduce((driver, name) => driver[name], hotel);
    // a driver may have no member of that name at all
    const call = async () => await target();
    console.log(path, await call().then(() => "called", () => "refused"));
  }
  connector.setProvider({ changed: (name: string) => console.log("by another", name) });
  await hotel.tell("provider");
  const values = [undefined, null, 0, "", false, [1, [2]], { a: { b: "c" } }, new Date(0), NaN];
  console.log(JSON.stringify(values), await hotel.rooms[1].enter("Eve"));
  await connector.close();
}
main();
