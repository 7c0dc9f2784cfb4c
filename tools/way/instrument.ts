/** Copies a library's sources so that each function tells when it is entered. */
import { dirname, relative } from "node:path/posix";
import ts from "npm:typescript@6.0.3";
import { filesIn } from "../source.ts";
import { ENTER, type Place } from "./passage.ts";

/**
 * Writes `mod.ts` and `src/` into another folder, with a call at the head of every function, method,
 * getter, setter, constructor and arrow of `src/`.
 *
 * @param root The folder of the library: of this checkout, or of another one.
 * @returns The places, by their index.
 */
export async function instrument(root: string, folder: string): Promise<Place[]> {
  const places: Place[] = [];
  for (const path of [`${root}/mod.ts`, ...await filesIn(`${root}/src`, /\.ts$/)]) {
    const file = relative(root, path);
    const text = await Deno.readTextFile(path);
    await Deno.mkdir(dirname(`${folder}/${file}`), { recursive: true });
    await Deno.writeTextFile(`${folder}/${file}`, withEntries(file, text, places));
  }
  return places;
}

/** The text with the calls; what it finds is added to `places`. */
export function withEntries(file: string, text: string, places: Place[]): string {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const added: [at: number, text: string][] = [];
  const visit = (node: ts.Node): void => {
    const body = bodyOf(node);
    if (body !== undefined) {
      const call = `${ENTER}(${places.length})`;
      if (ts.isBlock(body)) added.push([body.getStart(source) + 1, `${call};`]);
      else added.push([body.getStart(source), `(${call}, `], [body.getEnd(), ")"]);
      const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
      places.push({ file, line: line + 1, name: nameOf(node) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return spliced(text, added);
}

/** Of a function of any kind; `undefined` where there is nothing to enter, as in an overload. */
function bodyOf(node: ts.Node): ts.Block | ts.Expression | undefined {
  return ts.isFunctionLike(node) && "body" in node
    ? node.body as ts.Block | ts.Expression | undefined
    : undefined;
}

function spliced(text: string, added: readonly (readonly [number, string])[]): string {
  let at = 0;
  let out = "";
  for (const [place, more] of added.toSorted(([a], [b]) => a - b)) {
    out += text.slice(at, place) + more;
    at = place;
  }
  return out + text.slice(at);
}

/** A name for people: with its class, and `get`, `set` or `new` where it is one of those. */
function nameOf(node: ts.Node): string {
  const around = ts.findAncestor(
    node.parent,
    (one) => ts.isClassLike(one) || ts.isFunctionLike(one) && bodyOf(one) !== undefined,
  );
  if (ts.isConstructorDeclaration(node)) return `new ${ownName(around)}`;
  const own = ownName(node);
  if (own === undefined) return around === undefined ? "(arrow)" : `(in ${nameOf(around)})`;
  const kind = ts.isGetAccessor(node) ? "get " : ts.isSetAccessor(node) ? "set " : "";
  return around !== undefined && ts.isClassLike(around)
    ? `${kind}${ownName(around)}.${own}`
    : `${kind}${own}`;
}

/** The name that it was given, or that of the variable or the member which holds it. */
function ownName(node: ts.Node | undefined): string | undefined {
  if (node === undefined) return undefined;
  const { name } = node as { name?: ts.Node };
  if (name !== undefined) return name.getText();
  const { parent } = node;
  const isHeld = ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent) ||
    ts.isPropertyDeclaration(parent);
  return isHeld ? parent.name.getText() : undefined;
}
