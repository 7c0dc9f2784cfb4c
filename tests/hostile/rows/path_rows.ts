import { type Row, tells } from "../row.ts";
import { both, refusal } from "./call_rows.ts";

const NONE = "the function doesn't exist, or peers can't call it";

/** Refused, in one text for all: a peer can't tell what is there from what is not. */
function refused(reason: string, path: string): Row {
  const shown = path.length > 100 ? `${path.slice(0, 100)}…` : path;
  return both(reason, [tells({ uid: 5, listener: path, parameters: [] })], {
    texts: [refusal(5, shown, NONE)],
    events: ["refused"],
  });
}

/** Refused like all others; an operator is told why. */
function tooLong(reason: string, path: string, limit = "pathLength"): Row {
  const row = refused(reason, path);
  const gets = { ...row.gets.accepted!, events: [`limit ${limit}`, "refused"] };
  return { ...row, gets: { accepted: gets, taken: gets } };
}

/** Offered, so it is carried out. */
function reached(reason: string, path: string, value: unknown, ...given: readonly unknown[]): Row {
  const parameters = given.map((one) => ({ value: one }));
  return both(reason, [tells({ uid: 5, listener: path, parameters })], {
    texts: [JSON.stringify({ uid: 5, success: true, value })],
  });
}

/** The paths to what is not offered, and some to what is. */
export const pathRows: readonly Row[] = [
  reached("A function of an object in an object", "nested.deep.plus", 3, 1, 2),
  reached("A method of a class, with a private field", "service.own", "own"),
  reached(
    "A method of a class that the user's own class extends",
    "service.inherited",
    "inherited",
  ),
  reached("A static method of a class", "Service.made", "made"),
  reached("A function that is a field of a function", "carrier.inner", "inner"),
  reached("A function in a list", "list.0.name", "first"),
  reached("A user's own function that is called call", "bare.call", "bare"),
  refused("A name that nobody has", "missing"),
  refused("A name that somebody has in another case", "ECHO"),
  refused("A name with a space before it", " echo"),
  refused("A name with a null character behind it", "echo\0"),
  refused("A name in letters that only look the same", "еcho"),
  refused("A name in letters of another width", "ｅｃｈｏ"),
  refused("An empty path", ""),
  refused("A path of a dot alone", "."),
  refused("A path that ends in a dot", "echo."),
  refused("A path that begins with a dot", ".echo"),
  refused("A path with nothing between two dots", "nested..plus"),
  refused("A path with slashes", "nested/deep/plus"),
  refused("A path with brackets", "nested[deep].plus"),
  refused("A path that goes up", "../echo"),
  refused("A path that holds a call", "echo()"),
  refused("An object that is no function", "nested.deep"),
  refused("A text that is no function", "secret"),
  refused("A text's own method", "secret.toString"),
  refused("A text's characters", "secret.0"),
  refused("A string's repeat method, which could exhaust memory", "secret.repeat"),
  refused("What a class keeps as a field", "service.password"),
  refused("What a class keeps as a private field", "service.#secret"),
  refused("What a function carries and is no function", "carrier.secret"),
  refused("A name that begins with a line, which means that it is private", "_hidden"),
  refused("A name that ends with a line", "hidden_"),
  refused("A name between two lines each", "__hidden__"),
  refused("A member of a private name that there is not", "_missing.x"),
  refused("The prototype of all objects", "__proto__"),
  refused("The prototype, further down", "nested.__proto__.toString"),
  refused("The constructor, by which a text can become code", "constructor"),
  refused("The constructor's constructor", "echo.constructor.constructor"),
  refused("A function's constructor", "echo.constructor"),
  refused("The class of an object of the user's own", "service.constructor"),
  refused("What the class of an object of the user's own can do", "service.constructor.made"),
  refused("The prototype of a class", "Service.prototype.own"),
  refused("The toString method that every object has", "toString"),
  refused("The hasOwnProperty method that every object has", "hasOwnProperty"),
  refused("The valueOf method that every object has", "nested.valueOf"),
  refused("The old way to define a getter", "__defineGetter__"),
  refused("The old way to see a getter", "nested.__lookupGetter__"),
  refused("The way of every function to be called with another this", "echo.call"),
  refused("The same with a list", "echo.apply"),
  refused("The way of every function to be bound", "echo.bind"),
  refused("A function's text, which is source code", "echo.toString"),
  refused("A function's name", "echo.name"),
  refused("A function's length", "echo.length"),
  refused("Who calls a function", "echo.caller"),
  refused("What a function was called with", "echo.arguments"),
  refused("A list's way to grow", "list.push"),
  refused("A list's way to call back", "list.map"),
  refused("A list's length", "list.length"),
  refused("A list's iterator, by the name of its symbol", "list.Symbol(Symbol.iterator)"),
  refused("A place in a list that is written otherwise", "list.00.name"),
  refused("A place behind the end of a list", "list.1.name"),
  refused("A place before the beginning of a list", "list.-1.name"),
  refused("A map's way to be emptied", "map.clear"),
  refused("A map's way to be read", "map.get"),
  refused("A set's way to call back", "set.forEach"),
  refused("A date's way to be changed", "date.setTime"),
  refused("What a promise has, so that nothing is taken for one", "then"),
  refused("The same, further down", "nested.then"),
  refused("A getter that fails: its error is told to nobody", "broken"),
  refused("What is behind a getter that fails", "broken.inner"),
  refused("What is behind a function's result, which was not called", "later.then"),
  refused("A function's private names", "echo._private"),
  refused("The global object, by its name", "globalThis.Deno.exit"),
  refused("The process, by its name", "process.exit"),
  refused("A path of 64 steps into nothing", Array(64).fill("nested").join(".")),
  tooLong(
    "A path of 65 steps, one more than there may be",
    Array(65).fill("nested").join("."),
    "pathSteps",
  ),
  tooLong("A path of 4,097 characters, one more than there may be", "n".repeat(4_097)),
  tooLong("A path of a million characters, which does not come back whole", "n".repeat(1_000_000)),
  tooLong("A path of half a million dots", ".".repeat(500_000)),
  refused("A path with a line end, which could forge a line of a log", "a\nrefused b"),
  refused("A path with what a terminal takes for a command", "\u001b[2J"),
];
