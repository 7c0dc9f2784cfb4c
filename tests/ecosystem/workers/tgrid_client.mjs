// A client of the package tgrid: node tgrid_client.mjs URL. Prints what the Worker returns.
import { WebSocketConnector } from "tgrid";

const connector = new WebSocketConnector({ name: "Tim" }, { show: (text) => `${text} at Tim` });
await connector.connect(process.argv[2]);
const account = connector.getDriver();
console.log(await account.name(), "|", await account.show("hello"));
await connector.close();
