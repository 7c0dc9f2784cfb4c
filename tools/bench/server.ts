/**
 * One subject's server in a process of its own: prints its port, tells of its memory when it is
 * asked for it, and ends with its input. Runs in Deno, and in Node when it is bundled.
 */
import process from "node:process";
import { memoryNow } from "./memory_now.ts";
import { type SubjectName, SUBJECTS } from "./subjects/mod.ts";

const port = await SUBJECTS[process.argv[2] as SubjectName].serve();
console.log(JSON.stringify({ port }));
process.stdin.setEncoding("utf8");
process.stdin.on("data", async () => console.log(JSON.stringify(await memoryNow())));
process.stdin.on("end", () => process.exit(0));
