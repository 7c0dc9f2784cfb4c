import { assertEquals } from "@std/assert";
import { runDemo } from "../../ecosystem/example.ts";

/** What the demo of the chat prints, whole. */
const TRANSCRIPT = `
In the lobby: Ada
In the lobby: Ada,Bob
Ada sees [lobby] Bob joined
In the lobby: Ada,Bob,Cyd
Ada sees [lobby] Cyd joined
Bob sees [lobby] Cyd joined
Ada sees [lobby] Ada: hello
Bob sees [lobby] Ada: hello
Cyd sees [lobby] Ada: hello
Cyd answers Ada: later
Cyd asked 2 people: 1 said yes
Bob sees [kitchen] Cyd joined
Bob sees [kitchen] Cyd: soup is ready
Cyd sees [kitchen] Cyd: soup is ready
Cyd sees [kitchen] Bob left
Cyd's server is killed
Ada sees [lobby] Cyd left
Bob sees [lobby] Cyd left
Ada whispers to Cyd: Cyd isn't here
Bob's server shuts down
Ada sees [lobby] Bob left
`;

Deno.test("examples/cluster prints its transcript when its demo is run", async () => {
  const printed = await runDemo("cluster/demo.ts", {
    rights: ["--allow-net", "--allow-run", "--allow-env"],
    env: { PATH: `${Deno.env.get("PATH")}:/usr/sbin` }, // where Debian has nats-server
  });
  assertEquals(printed, { code: 0, out: TRANSCRIPT.trimStart(), err: "" });
});
