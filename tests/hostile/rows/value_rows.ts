import type { Row } from "../row.ts";
import { says } from "../row.ts";
import { both } from "./call_rows.ts";

const call = (path: string, value: string): string =>
  `{"uid":5,"listener":"${path}","parameters":[{"value":${value}}]}`;

/** A value that comes back as JSON knows it. */
function echoed(reason: string, value: string, back = value): Row {
  return both(reason, [says(call("echo", value))], {
    texts: [`{"uid":5,"success":true,"value":${back}}`],
  });
}

function seen(reason: string, path: string, value: string, back: string): Row {
  return both(reason, [says(call(path, value))], {
    texts: [`{"uid":5,"success":true,"value":${back}}`],
  });
}

/** JSON in the place of a value: all that it can do. */
export const valueRows: readonly Row[] = [
  seen(
    "A value with a prototype of its own, which stays a field",
    "isPlain",
    '{"__proto__":{"isAdmin":true}}',
    "true",
  ),
  echoed("A field named __proto__, which comes back as one", '{"__proto__":{"isAdmin":true}}'),
  seen(
    "A field named constructor, with a prototype inside",
    "isPlain",
    '{"constructor":{"prototype":{"x":1}}}',
    "true",
  ),
  seen("What a polluted prototype would show: there is none", "keys", '{"a":1}', '["a"]'),
  echoed("A value that says how it becomes JSON, by a text and no function", '{"toJSON":"hello"}'),
  echoed("A value that looks like a promise", '{"then":"hello"}'),
  echoed("A value that looks like a promise, with an object for its then", '{"then":{}}'),
  echoed(
    "A value that looks like an error",
    '{"name":"TypeError","message":"hello","stack":"at home"}',
  ),
  echoed("A value that looks like a return", '{"uid":1,"success":true,"value":2}'),
  echoed("A value that looks like a frame of linked mode", "[[1,2,3],[64]]"),
  seen("A key twice: the last counts", "echo", '{"a":1,"a":2}', '{"a":2}'),
  echoed("A field whose name is empty", '{"":1}'),
  seen("Keys that are numbers, which go first", "keys", '{"b":1,"1":2,"0":3}', '["0","1","b"]'),
  echoed("The first half of a surrogate pair alone", '"\\ud83d"'),
  echoed("The second half of a surrogate pair alone", '"\\udca3"'),
  seen("A surrogate pair as escapes, which is one character", "echo", '"\\ud83d\\udca3"', '"💣"'),
  seen("A null character as an escape", "echo", '"a\\u0000b"', '"a\\u0000b"'),
  seen(
    "Separators of lines that were none in old JavaScript",
    "echo",
    '"\u2028\u2029"',
    '"\u2028\u2029"',
  ),
  echoed("Characters that turn the direction of a text", '"\u202eabc\u202c"'),
  seen("A number beyond all numbers", "echo", "1e999", "null"),
  seen("A number below all numbers", "echo", "-1e999", "null"),
  seen("A number of 400 digits", "echo", "1".repeat(400), "null"),
  seen("A number that is not exact", "echo", "9007199254740993", "9007199254740992"),
  seen("Minus zero, for which JSON has no word on the way back", "echo", "-0", "0"),
  seen("A number so small that it is zero", "echo", "1e-400", "0"),
  seen("A fraction with a thousand digits", "echo", `0.${"3".repeat(1_000)}`, "0.3333333333333333"),
  seen(
    "A key of a hundred thousand characters",
    "keys",
    `{"${"k".repeat(100_000)}":1}`,
    `["${"k".repeat(100_000)}"]`,
  ),
  seen(
    "An object of ten thousand keys",
    "typeOf",
    `{${Array.from({ length: 10_000 }, (_, at) => `"k${at}":1`)}}`,
    '"object"',
  ),
  seen(
    "A list of a hundred thousand empty lists",
    "typeOf",
    `[${Array(100_000).fill("[]")}]`,
    '"object"',
  ),
  seen(
    "A list of a hundred thousand empty objects",
    "typeOf",
    `[${Array(100_000).fill("{}")}]`,
    '"object"',
  ),
  seen(
    "Keys that meet in one place of a table, as numbers far apart do",
    "typeOf",
    `{${Array.from({ length: 2_000 }, (_, at) => `"${at * 65_536}":1`)}}`,
    '"object"',
  ),
  seen(
    "An index that would make a list of two milliards",
    "keys",
    '{"4294967294":1}',
    '["4294967294"]',
  ),
  seen(
    "Spaces, a hundred thousand of them, between two fields",
    "echo",
    `${" ".repeat(100_000)}1`,
    "1",
  ),
];
