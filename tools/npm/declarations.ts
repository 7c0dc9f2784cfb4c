/**
 * Rewrites declarations as TypeScript emitted them. They are parsed, and only what has to change is
 * replaced, so that comments and everything else stay as they are.
 */
import { dirname, join, relative } from "node:path/posix";
import ts from "npm:typescript@6.0.3";

/** Text to put in the place of a node. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What to put in the place of a node, or `undefined` to keep it and look at its children. */
type Rewrite = (node: ts.Node, source: ts.SourceFile) => string | undefined;

/** Types that only newer libraries of TypeScript declare, and what they are. */
const NEWER_TYPES: ReadonlyMap<string, string> = new Map([
  ["ErrorOptions", "{ cause?: unknown }"], // es2022.error
]);

/** Other names that a user's `lib` may lack, and the library to refer to. */
const LIBRARIES: Readonly<Record<string, readonly string[]>> = {
  "esnext.disposable": ["asyncDispose", "AsyncDisposable", "dispose", "Disposable"],
  "es2017.sharedmemory": ["SharedArrayBuffer"],
  "es2018.asynciterable": ["AsyncIterable", "AsyncIterator", "AsyncIterableIterator"],
  "es2020.bigint": ["BigInt", "BigInt64Array", "BigUint64Array"],
};

/**
 * Declarations that compilers can read when their target is ES5 and their `lib` is ES2015: without
 * `#private`, and with what older libraries lack.
 *
 * A class with private fields still accepts no look-alikes, because a private member takes the place
 * of `#private`. Its name has the class's in it: a class and its base class may both have one.
 */
export function forOldTargets(text: string): string {
  return referencesFor(text) + rewritten(text, (node, source) => {
    if (ts.isPropertyDeclaration(node) && ts.isPrivateIdentifier(node.name)) {
      const { name } = node.parent as ts.ClassLikeDeclaration;
      return `private readonly "#${name?.text ?? "private"}";`;
    }
    if (!ts.isTypeReferenceNode(node) || node.typeArguments !== undefined) return undefined;
    return NEWER_TYPES.get(node.typeName.getText(source));
  });
}

/** The lines that add libraries to the user's, for the names in these declarations. */
function referencesFor(text: string): string {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) names.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(parse(text));
  return Object.entries(LIBRARIES)
    .filter(([, those]) => those.some((name) => names.has(name)))
    .map(([library]) => `/// <reference lib="${library}" />\n`)
    .join("");
}

/** Declarations for another folder: names of modules lead to the same files from there. */
export function movedTo(text: string, from: string, to: string): string {
  return rewritten(text, (node) => {
    if (!ts.isStringLiteral(node) || !isModuleName(node)) return undefined;
    return node.text.startsWith(".") ? JSON.stringify(pathBetween(from, to, node.text)) : undefined;
  });
}

function isModuleName({ parent }: ts.StringLiteral): boolean {
  return ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent) ||
    ts.isExternalModuleReference(parent) ||
    ts.isLiteralTypeNode(parent) && ts.isImportTypeNode(parent.parent);
}

function pathBetween(from: string, to: string, name: string): string {
  const path = relative(dirname(to), join(dirname(from), name));
  return path.startsWith(".") ? path : `./${path}`;
}

function rewritten(text: string, rewrite: Rewrite): string {
  const source = parse(text);
  const edits: Edit[] = [];
  const visit = (node: ts.Node): void => {
    const instead = rewrite(node, source);
    if (instead === undefined) return ts.forEachChild(node, visit);
    edits.push({ start: node.getStart(source), end: node.end, text: instead });
  };
  visit(source);
  return edits.reduceRight(
    (result, { start, end, text }) => result.slice(0, start) + text + result.slice(end),
    text,
  );
}

function parse(text: string): ts.SourceFile {
  return ts.createSourceFile("x.d.ts", text, ts.ScriptTarget.Latest, true);
}
