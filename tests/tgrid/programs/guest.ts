import type { Library } from "../../contract/library.ts";
import { argumentOf, mortalProcess, print } from "../../contract/programs/process.ts";

/** Connects, serves what the server calls, and ends when the connection does. */
const process = mortalProcess();
const { library, url } = argumentOf<{ library: string; url: string }>(process);
const lib: Library = await import(library);
const connector = new lib.WebSocketConnector(null, { echo: (value: unknown) => value });
await connector.connect(url);
await connector.join();
print(process, { end: 0 });
process.exit(0);
