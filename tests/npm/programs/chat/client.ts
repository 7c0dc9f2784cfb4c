import { WebSocketConnector } from "tgrid";

interface IChat {
  setName(name: string): Promise<boolean>;
  say(text: string): Promise<number>;
  size(): number;
  whisper(to: string, text: string): Promise<string>;
}
class Listener {
  constructor(private readonly owner: string) {}
  arrived(name: string): void {
    console.log(`${this.owner}: ${name} arrived`);
  }
  said(name: string, text: string): void {
    console.log(`${this.owner}: ${name} said ${text}`);
  }
}

async function join(name: string): Promise<WebSocketConnector<undefined, Listener, IChat>> {
  const connector = new WebSocketConnector<undefined, Listener, IChat>(
    undefined,
    new Listener(name),
  );
  await connector.connect(`http://127.0.0.1:${process.env.PORT}`);
  console.log(name, await connector.getDriver().setName(name));
  return connector;
}

async function main(): Promise<void> {
  const ada = await join("Ada");
  const bob = await join("Bob");
  console.log(await bob.getDriver().setName("Ada"));
  console.log(await ada.getDriver().say("hello"));
  console.log(await bob.getDriver().whisper("Ada", "psst"));
  console.log(await bob.getDriver().whisper("Cid", "psst").catch((error: Error) => error.message));
  await ada.close();
  for (let times = 0; times < 100 && await bob.getDriver().size() > 1; times++);
  console.log(await bob.getDriver().say("alone"));
  await bob.close();
  console.log(ada.state, bob.state);
}
main();
