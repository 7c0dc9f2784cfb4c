/**
 * How the generators of Nestia read the types of a controller: they know `Driver` and
 * `WebSocketAcceptor` by the files of their declarations, by the package that these are in, and by
 * how many type arguments were written.
 */
import { assertEquals } from "@std/assert";
import { dirname } from "node:path/posix";
import ts from "npm:typescript@6.0.3";
import { folderWith } from "./workshop.ts";

const CONTROLLER = `
import { type Driver, type WebSocketAcceptor } from "tgrid";
interface Listener { on(event: string): void }
export declare const driver: Driver<Listener>;
export declare const acceptor: WebSocketAcceptor<{ key: string }, null, Listener>;
`;

/** What a generator finds out about a type. */
interface Found {
  readonly name: string;
  readonly args: number;
  /** Below the package's folder. */
  readonly file: string;
  /** The name in the nearest `package.json`. */
  readonly nearest: string;
}

for (const [folder, ending] of [["esm", "mts"], ["script", "cts"]] as const) {
  Deno.test(`Driver and WebSocketAcceptor are found as tgrid's when a controller is .${ending}`, async () => {
    const [driver, acceptor] = await look(ending);
    const file = (name: string) => `${folder}/tgrid/lib/${name}.d.ts`;
    assertEquals(driver, { name: "Driver", args: 1, file: file("Driver"), nearest: "tgrid" });
    const [name, args] = ["WebSocketAcceptor", 3];
    assertEquals(acceptor, { name, args, file: file(name), nearest: "tgrid" });
  });
}

async function look(ending: string): Promise<Found[]> {
  const files = { [`controller.${ending}`]: CONTROLLER };
  const folder = await folderWith({ name: "tgrid", files });
  const path = `${folder}/controller.${ending}`;
  const program = ts.createProgram([path], {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.Node16,
    lib: ["lib.es2022.d.ts", "lib.dom.d.ts"],
    types: [],
    strict: true,
  });
  assertEquals(ts.getPreEmitDiagnostics(program).map(({ messageText }) => messageText), []);
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(program.getSourceFile(path)!)!;
  const found = ["driver", "acceptor"].map((name) => {
    const symbol = checker.tryGetMemberInModuleExports(name, module)!;
    return foundOf(checker, checker.getTypeOfSymbol(symbol));
  });
  return await Promise.all(found.map(async (one) => ({
    ...one,
    file: one.file.slice(one.file.indexOf("/node_modules/tgrid/") + "/node_modules/tgrid/".length),
    nearest: await nearestName(dirname(one.file)),
  })));
}

function foundOf(checker: ts.TypeChecker, type: ts.Type): Omit<Found, "nearest"> {
  const symbol = type.aliasSymbol ?? type.symbol;
  const args = type.aliasSymbol === undefined
    ? checker.getTypeArguments(type as ts.TypeReference)
    : type.aliasTypeArguments ?? [];
  const file = symbol.declarations![0]!.getSourceFile().fileName;
  return { name: symbol.name, args: args.length, file };
}

async function nearestName(folder: string): Promise<string> {
  const text = await Deno.readTextFile(`${folder}/package.json`).catch(() => undefined);
  if (text !== undefined) return JSON.parse(text).name;
  return folder === "/" ? "" : await nearestName(dirname(folder));
}
