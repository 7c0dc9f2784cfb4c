/**
 * The servers of `streams.ts`, in a process of their own, like their clients: what a chunk costs
 * differs by more from process to process than from subject to subject. Ends with its input.
 */
import process from "node:process";
import { STREAM_SUBJECTS, type StreamSubjectName } from "./streams/subjects.ts";

const ports: Partial<Record<StreamSubjectName, number>> = {};
for (const name of JSON.parse(process.argv[2]!) as StreamSubjectName[]) {
  ports[name] = await STREAM_SUBJECTS[name].serve();
}
console.log(JSON.stringify(ports));
process.stdin.on("data", () => {});
process.stdin.on("end", () => process.exit(0));
