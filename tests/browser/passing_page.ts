/**
 * A page that passes functions and streams to a server, and gets them from it. Posts what came of
 * it, in both directions.
 */
import * as lib from "../../mod.ts";
import { endOf, passing, providerOf } from "../npm/peers/passing.mjs";

const url: string = await (await fetch("/server.json")).json();
const own = providerOf(lib);
const client = new lib.WebSocketConnector<null, object, object>(null, own);
const use = [lib.structured, lib.callbacks, lib.streams];
await client.connect(url, { use });
const driver = client.getDriver() as unknown as { passBack(): Promise<unknown> };
const there = await passing(lib, driver, own);
const back = await driver.passBack();
const closed = await endOf(driver, () => client.close());
await fetch("/result", { method: "POST", body: JSON.stringify({ there, back, closed }) });
