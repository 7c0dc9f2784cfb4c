/**
 * Writes a table of the error messages and close reasons of `src/` into docs/ERRORS.md.
 *
 *     deno task messages
 *     deno task messages --check      only compares, and exits with 1 if the page is out of date
 */
import ts from "npm:typescript@6.0.3";
import { filesIn } from "../source.ts";
import { isText, MAX_VARIANTS, nodesIn, Texts, UNBOUND } from "./texts.ts";

const ROOT = `${import.meta.dirname}/../..`;
const PAGE = `${ROOT}/docs/ERRORS.md`;
const TABLE = /(<!-- messages: made by \S+ -->\n)[^]*?(<!-- \/messages -->)/;
const OPTIONS = { noLib: true, moduleResolution: ts.ModuleResolutionKind.Bundler };

/** Each message in the source files, given by their absolute paths, with its classes or codes. */
export function messagesIn(files: ReadonlyMap<string, string>): Map<string, string[]> {
  const program = ts.createProgram([...files.keys()], OPTIONS, {
    ...ts.createCompilerHost(OPTIONS, true),
    directoryExists: () => true,
    fileExists: (path) => files.has(path),
    getSourceFile: (path, target) => ts.createSourceFile(path, files.get(path) ?? "", target, true),
  });
  const sources = [...files.keys()].map((path) => program.getSourceFile(path)!);
  const texts = new Texts(program.getTypeChecker(), sources);
  const empty = [...files.values()].join("").matchAll(/class (\w+) extends (\w+) \{\}/g);
  const bases = new Map(empty.map(([, name, base]) => [name!, base!]));
  const nameOf = (kind: string): string => bases.has(kind) ? nameOf(bases.get(kind)!) : kind;
  const found = new Map<string, Set<string>>();
  for (const [text, kind] of sources.flatMap(nodesIn).flatMap((node) => rowsOf(node, texts))) {
    if (isText(text)) found.set(text, (found.get(text) ?? new Set()).add(nameOf(kind)));
  }
  const sorted = [...found].sort(([a], [b]) => a < b ? -1 : 1);
  return new Map(sorted.map(([text, kinds]) => [text, [...kinds].sort()]));
}

/** The messages of a new error, of fields like an error's, or behind a close code or HTTP status. */
function rowsOf(node: ts.Node, texts: Texts): (readonly [text: string, kind: string])[] {
  const created = ts.isNewExpression(node) && /Error$/.test(node.expression.getText()) && node;
  const fields = ts.isObjectLiteralExpression(node)
    ? node.properties.filter(ts.isPropertyAssignment)
    : [];
  const isLike = fields.map(({ name }) => name.getText()).join() === "name,message";
  const name = created ? created.expression.getText() : isLike ? "RemoteError" : "";
  const given = fields.length > 0
    ? fields.map(({ initializer }) => initializer)
    : ts.isArrayLiteralExpression(node)
    ? node.elements
    : (created || (ts.isCallExpression(node) ? node : undefined))?.arguments ?? [];
  const at = given.findIndex((one) => codeOf(one) !== "");
  const code = at < 0 ? "" : codeOf(given[at]!);
  const first = /^(WebSocket|Remote)Error$/.test(name) ? 1 : 0;
  const message = name !== "" ? given[first] : code !== "" ? given[at + 1] : undefined;
  if (message === undefined) return [];
  const own = created ? nameIn(created, name) : undefined;
  const rows = texts.bindingsAt(node).flatMap((bindings) => {
    const [known = ""] = own === undefined ? [] : texts.of(own, bindings);
    const kind = `${isText(known) ? known : name} ${code}`.trim();
    return texts.of(message, bindings).map((text) => [text, kind] as const);
  });
  if (new Set(rows.map(([text]) => text)).size <= MAX_VARIANTS) return rows;
  return texts.of(message, UNBOUND).map((text) => [text, rows[0]![1]]);
}

/** A close code, the status of an HTTP response, or `""`. */
const codeOf = (node: ts.Expression): string =>
  /^(HTTP [45]\d\d|[1-4]\d{3})$/.exec(node.getText().replace(/^(?=\d{3}$)/, "HTTP "))?.[0] ?? "";

/** The name of an error, if it is not that of its class: a field, or a parameter `name`. */
function nameIn(node: ts.NewExpression, name: string): ts.Expression | undefined {
  if (name !== "Error") return name === "RemoteError" ? node.arguments?.[0] : undefined;
  const nodes = ts.isCallExpression(node.parent) ? nodesIn(node.parent) : [];
  const field = nodes.filter(ts.isPropertyAssignment).find((one) => one.name.getText() === "name");
  const parameters = ts.findAncestor(node, ts.isFunctionDeclaration)?.parameters ?? [];
  const names = parameters.map(({ name }) => name).filter(ts.isIdentifier);
  return field ? field.initializer : names.find(({ text }) => text === "name");
}

/** The page with a table of the messages between its two marks. */
export function withMessages(page: string, messages: ReadonlyMap<string, string[]>): string {
  if (!TABLE.test(page)) throw new Error("Cannot write the messages: the page has no marks");
  const code = (text: string): string => `\`${text.replaceAll("|", "\\|")}\``;
  const rows = [...messages].map(([text, kinds]) =>
    `| ${code(text)} | ${kinds.map(code).join(", ")} |`
  );
  const table = ["| message | class or close code |", "| --- | --- |", ...rows].join("\n");
  const lines = `<!-- deno-fmt-ignore-start -->\n\n${table}\n\n<!-- deno-fmt-ignore-end -->`;
  return page.replace(TABLE, (_, start, end) => `${start}\n${lines}\n\n${end}`);
}

/** The page as it is, and as it should be. */
export async function pages(): Promise<[is: string, should: string]> {
  const paths = await filesIn(`${ROOT}/src`, /\.ts$/);
  const texts = await Promise.all(paths.map((path) => Deno.readTextFile(path)));
  const is = await Deno.readTextFile(PAGE);
  const files = paths.map((path, at) => [path.slice(ROOT.length), texts[at]!] as const);
  return [is, withMessages(is, messagesIn(new Map(files)))];
}

if (import.meta.main) {
  const [is, should] = await pages();
  if (!Deno.args.includes("--check")) await Deno.writeTextFile(PAGE, should);
  else if (is !== should) {
    throw new Error('docs/ERRORS.md is out of date. Run "deno task messages".');
  }
}
