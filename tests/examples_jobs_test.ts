import { assertEquals } from "@std/assert";
import { runDemo } from "./ecosystem/example.ts";

/** What the demo of the job server prints, whole; `PORT` stands for the port. */
const TRANSCRIPT = `
Eve: 3001 Unknown token
Ada: the server calls me Ada
Ada: 1 of 3
Ada: 2 of 3
Ada: 3 of 3
Ada: resized 3
Ada: ValidationError REMOTE: Cannot call "resize": its arguments are invalid
Ada: DeadlineError
Ada: the slow job is stopped
Ada: Error: No longer needed
Ada: the canceled job is stopped
Ada: will retry after Error TOO_MANY_JOBS: 2 jobs are running
Ada: resized 2, resized 2, resized 4
Ada: 1 of 2
Ada: Error BAD_IMAGE: Cannot decode broken.png
Ada: 1 of 2
Ada: will retry after Error STORAGE_BUSY: Cannot store busy.png now
Ada: 1 of 2
Ada: 2 of 2
Ada: resized 2
Bob: 1012 The server is restarting
Ada: the short job: resized 2
Ada: disconnected: 1001 The server is closing
Ada: connected again
Ada: the long job: resized 3
The first server's log:
  listening on ws://127.0.0.1:PORT
  rejected a client with an unknown token
  Ada connected
  Ada: resize failed with ValidationError
  Ada: job stopped, its caller no longer waits
  Ada: job stopped, its caller no longer waits
  Ada: resize failed with TOO_MANY_JOBS
  Ada: resize failed with BAD_IMAGE
  Ada: resize failed with STORAGE_BUSY
  shutting down
  rejected Bob, because the server is shutting down
  Ada disconnected
  Ada: job stopped, its caller no longer waits
  closed
  exit code 0
The second server's log:
  listening on ws://127.0.0.1:PORT
  Ada connected
  Ada disconnected
  shutting down
  closed
  exit code 0
`;

if (Deno.build.os !== "windows") { // there SIGTERM ends a process at once
  Deno.test("examples/jobs prints its transcript when its demo is run", async () => {
    const rights = ["--allow-net=127.0.0.1", "--allow-run"];
    const { code, out, err } = await runDemo("jobs/demo.ts", { rights });
    const printed = out.replace(/(?<=127\.0\.0\.1:)\d+/g, "PORT");
    assertEquals({ code, out: printed, err }, { code: 0, out: TRANSCRIPT.trimStart(), err: "" });
  });
}
