import { assertEquals } from "@std/assert";
import { denoFlags, ROOT } from "../../ecosystem/example.ts";

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
  const flags = denoFlags();
  const rights = ["--no-prompt", "--allow-net", "--allow-run", "--allow-env"];
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", ...rights, ...flags, "examples/cluster/demo.ts", ...flags],
    cwd: ROOT,
    env: { NO_COLOR: "1", PATH: `${Deno.env.get("PATH")}:/usr/sbin` }, // where Debian has nats-server
    detached: true, // a process group, so that its servers end with it
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const watchdog = setTimeout(() => Deno.kill(-child.pid, "SIGKILL"), 120_000);
  try {
    const { code, stdout, stderr } = await child.output();
    const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    assertEquals({ code, out, err }, { code: 0, out: TRANSCRIPT.trimStart(), err: "" });
  } finally {
    clearTimeout(watchdog);
  }
});
