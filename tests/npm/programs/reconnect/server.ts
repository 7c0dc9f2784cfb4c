import { type WebSocketAcceptor, WebSocketServer } from "tgrid";

let visits = 0;
const provider = {
  visits: () => visits,
  never: () => new Promise<void>(() => {}),
  slow: (ms: number) => new Promise<number>((resolve) => setTimeout(resolve, ms, ms)),
};
type Provider = typeof provider & { dismiss(code: number, reason: string): Promise<void> };

const server = new WebSocketServer<string, Provider, null>();
async function handle(acceptor: WebSocketAcceptor<string, Provider, null>): Promise<void> {
  visits++;
  await acceptor.accept({
    ...provider,
    dismiss: (code: number, reason: string) => acceptor.close(code, reason),
  });
  acceptor.join().then(async () => {
    console.log("visit", visits, acceptor.header, acceptor.state);
    if (visits === 5) await server.close();
  });
}
async function main(): Promise<void> {
  // opened, closed and opened again, as often as anyone likes
  for (let times = 0; times < 2; times++) {
    await server.open(Number(process.env.PORT), handle);
    await server.close();
  }
  await server.open(Number(process.env.PORT), handle);
  console.log("open", server.state);
}
main();
