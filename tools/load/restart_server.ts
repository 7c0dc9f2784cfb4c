/**
 * A server that restarts, in a process of its own. Opens when it is told to, and says its port.
 * Closes when it is told to, and ends.
 */
import { reconnection, WebSocketServer } from "../../mod.ts";
import { orders, say } from "./program.ts";

export type RestartOrder = { readonly port: number } | "count" | "close";

export const provider = {
  plus: (x: number, y: number): number => x + y,
  /** Never returns. */
  hang: (): Promise<void> => new Promise(() => {}),
};
export type Remote = typeof provider;

if (import.meta.main) {
  const server = new WebSocketServer<null, Remote, null>();
  let begun = 0;
  for await (const order of orders<RestartOrder>()) {
    if (order === "close") break;
    if (order === "count") say(begun);
    else {
      const use = [reconnection()];
      await server.open({ port: order.port, hostname: "127.0.0.1", use }, (acceptor) => {
        begun++;
        return acceptor.accept(provider);
      });
      say(server.address!.port);
    }
  }
  await server.close();
  say("closed");
}
