import { assertEquals } from "@std/assert";
import { NPM_ONLY_MAP } from "../tools/std_flags.ts";

const ROOT = new URL("../", import.meta.url);

/** What each example prints, whole; `PORT` stands for whichever port was free. */
const TRANSCRIPTS: Readonly<Record<string, string>> = {
  "calculator.ts": `
server: listening on ws://127.0.0.1:PORT
client: connected
client: greet() returned "Hello, Ada"
client: plus(2, 3) returned 5
client: scientific.log(2, 32) returned 5
client: calling statistics.mean([1, 2, 3, 6])
client:   the server says "adding 4 numbers"
client:   the server says "dividing 12 by 4"
client: it returned 3
client: divide(1, 0) threw RangeError: Cannot divide 1 by 0, dividend: 1
client: closing
server: a client left
server: closed
`,
  "chat.ts": `
Ada was heard by Bob,Cyd
server: Cyd may have missed "a secret" (ConnectionClosedError)
Bob was heard by Ada
Ada was heard by Bob
Ada's screen:
  Bob joined
  Cyd joined
  Bob: a secret
  Cyd left
Bob's screen:
  Cyd joined
  Ada: hello
  Cyd left
  Ada: are we alone?
Cyd's screen:
  Ada: hello
  Bob: a secret
`,
  "object.ts": `
Without the lock, 10 + 10 = 10
With the lock, 10 + 10 = 20
Cyd takes the lock and leaves without releasing it
Bob can still deposit: 25
Ada: Cannot release the lock: it isn't held
`,
  "join.ts": `
wrong token: 3001, Unknown token "guess"
no decision: 1008, Cannot connect to "the server": not accepted within 100 ms
closed within 50 ms: false
closed within a minute: true
pending call: 4000, Time to sleep
already closed: true
`,
  "progress.ts": `
rendering: 1/3
rendering: 2/3
rendering: 3/3
rendered 3 frames
rendering: 1/1000
rendering: 2/1000
not rendered: the user has seen enough
server: stopped before frame 3
job: step 1
job: step 2
job: paused after 2
`,
  "feed.ts": `
sensor: on
client: 1.5
client: 3.5
client: 5.5
server: done with this sensor
sensor: off
sensor: on
client: 1.5
client: 3.5
sensor: off
server: done with this sensor
client: RangeError: the sensor is too hot
`,
};

/** As a user runs it, with no more rights than it needs; ended if it hangs. */
async function run(example: string): Promise<{ code: number; out: string; err: string }> {
  const npmOnly = import.meta.resolve("@std/assert").startsWith(ROOT.href);
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--allow-net=127.0.0.1",
      ...(npmOnly ? [`--import-map=${NPM_ONLY_MAP}`] : []),
      `examples/${example}`,
    ],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const watchdog = setTimeout(() => child.kill("SIGKILL"), 60_000);
  try {
    const { code, stdout, stderr } = await child.output();
    const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    return { code, out: out!.replace(/(?<=127\.0\.0\.1:)\d+/g, "PORT"), err: err! };
  } finally {
    clearTimeout(watchdog);
  }
}

for (const [example, transcript] of Object.entries(TRANSCRIPTS)) {
  Deno.test(`examples/${example} prints its transcript when it is run`, async () => {
    assertEquals(await run(example), { code: 0, out: transcript.trimStart(), err: "" });
  });
}

Deno.test("every example has a transcript when the folder is read", () => {
  const examples = [...Deno.readDirSync(new URL("examples", ROOT))]
    .filter(({ isFile, name }) => isFile && name.endsWith(".ts"))
    .map(({ name }) => name);
  assertEquals(examples.sort(), Object.keys(TRANSCRIPTS).sort());
});
