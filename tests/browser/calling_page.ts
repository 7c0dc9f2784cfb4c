/** A page that calls a server, whose address it gets as a file, and posts the result. */
import { WebSocketConnector } from "../../mod.ts";

const url: string = await (await fetch("/server.json")).json();
const connector = new WebSocketConnector<null, null, { plus(x: number, y: number): number }>(
  null,
  null,
);
await connector.connect(url);
const result = await connector.getDriver().plus(2, 3);
await connector.close();
await fetch("/result", { method: "POST", body: JSON.stringify(result) });
