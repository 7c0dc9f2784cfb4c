import type { Library } from "../../contract/library.ts";
import { argumentOf, mortalProcess, print } from "../../contract/programs/process.ts";
import { talk } from "../talk.ts";

const process = mortalProcess();
const { library, url } = argumentOf<{ library: string; url: string }>(process);
const lib: Library = await import(library);
await talk(lib, url);
print(process, { end: 0 });
process.exit(0);
