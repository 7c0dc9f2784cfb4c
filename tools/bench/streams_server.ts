/** The server of one subject of `streams.ts`, in a process of its own. Ends with its input. */
import process from "node:process";
import { STREAM_SUBJECTS, type StreamSubjectName } from "./streams/subjects.ts";

const port = await STREAM_SUBJECTS[process.argv[2] as StreamSubjectName].serve();
console.log(JSON.stringify({ port }));
process.stdin.on("data", () => {});
process.stdin.on("end", () => process.exit(0));
