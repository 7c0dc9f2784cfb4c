import { assertEquals, assertThrows } from "@std/assert";
import { messagesIn, pages, withMessages } from "../../tools/errors/main.ts";

Deno.test("docs/ERRORS.md lists all messages of src/", async () => {
  const [is, should] = await pages();
  assertEquals(is, should, 'run "deno task messages"');
});

/** The rows for one file, which can import from "../errors.ts". */
function rowsOf(text: string): Record<string, string[]> {
  const files = [["/src/ends/main.ts", text], ["/src/errors.ts", ERRORS]] as const;
  const { 'Cannot call "<method>": <why>': _, ...rows } = Object.fromEntries(
    messagesIn(new Map(files)),
  );
  return rows;
}

const ERRORS = `
  export class FrameError extends SyntaxError {}
  export const WHY = "it is closed";
  export function refusal(name: string, method: string, why: string) {
    const error = new Error(\`Cannot call "\${method}": \${why}\`);
    error.name = name;
    return error;
  }
`;

for (
  const [what, text, rows] of [
    ["a plain text", 'throw new TypeError("No");', { No: ["TypeError"] }],
    ["a text in parts", 'throw new Error("Too " + ("long"));', { "Too long": ["Error"] }],
    ["a value in a template", "new Error(`No port ${JSON.stringify(port)}`)", {
      "No port <port>": ["Error"],
    }],
    ["either of two texts", 'throw new Error(x ? "a" : y ?? "b");', { a: ["Error"], b: ["Error"] }],
    ["an imported constant", 'import { WHY } from "../errors.ts"; new Error(`Sorry, ${WHY}`);', {
      "Sorry, it is closed": ["Error"],
    }],
    [
      "a member of a constant",
      'const BY = { a: "closed", b: "open" }; new Error(`It is ${BY[phase]}`);',
      { "It is closed": ["Error"], "It is open": ["Error"] },
    ],
    [
      "a parameter, from the calls of its function",
      "function no(why: string) { throw new RangeError(`No: ${why}`); } no('a'); no('b');",
      { "No: a": ["RangeError"], "No: b": ["RangeError"] },
    ],
    [
      "what a method returns",
      "class A { #text(act: string) { return `Cannot ${act}`; }\n" +
      "close() { throw new Error(this.#text('close')); } }",
      { "Cannot close": ["Error"] },
    ],
    [
      "the names of errors, each with its own text",
      'import { refusal } from "../errors.ts"; refusal("BusyError", path, "too many calls");\n' +
      'refusal("RefusedError", path, "no such function");',
      {
        'Cannot call "<method>": no such function': ["RefusedError"],
        'Cannot call "<method>": too many calls': ["BusyError"],
      },
    ],
    ["a name in fields", 'Object.assign(new Error("No"), { name: "AbortError" })', {
      No: ["AbortError"],
    }],
    ["the base of an empty class", 'new FrameError("No")', { No: ["SyntaxError"] }],
    ["a close code", 'this.fail(1009, "Too long"); link.close(1001, "Closing");', {
      Closing: ["1001"],
      "Too long": ["1009"],
    }],
    ["the code and reason of a close", 'end({ code: 1006, reason: "No answer" });', {
      "No answer": ["1006"],
    }],
    ["what is sent as an error", 'return { name: "Error", message: `Not sent: ${why}` };', {
      "Not sent: <why>": ["RemoteError"],
    }],
    ["an HTTP status", 'refuse(404, "Not here");', { "Not here": ["HTTP 404"] }],
    ["one message of two classes", 'new RangeError("No"); new WebSocketError(1008, "No");', {
      No: ["RangeError", "WebSocketError 1008"],
    }],
    ["no texts that are only known later", "new Error(text); new WebSocketError(code, why);", {}],
    [
      "no other calls and classes",
      'new Set("a"); call("b"); later(5_000, "c"); // new Error("d")',
      {},
    ],
  ] as const
) {
  Deno.test(`messagesIn() finds ${what}`, () => {
    assertEquals(rowsOf(text), rows as unknown as Record<string, string[]>);
  });
}

Deno.test("withMessages() replaces only what is between the marks", () => {
  const marks = (inside: string) =>
    `# Errors\n\n<!-- messages: made by x.ts -->\n${inside}<!-- /messages -->\n\nMore\n`;
  const page = withMessages(marks("old\n"), new Map([["a | b", ["Error", "1008"]]]));
  const table = "| message | class or close code |\n| --- | --- |\n| `a \\| b` | `Error`, `1008` |";
  assertEquals(
    page,
    marks(`\n<!-- deno-fmt-ignore-start -->\n\n${table}\n\n<!-- deno-fmt-ignore-end -->\n\n`),
  );
  assertEquals(withMessages(page, new Map([["a | b", ["Error", "1008"]]])), page);
  assertThrows(() => withMessages("# Errors\n", new Map()), Error, "no marks");
});
