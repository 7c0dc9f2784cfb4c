import { projectPath } from "./paths.ts";

/** From below to above: the folders of `src/`, the files of `src/` itself, and what exports all. */
const ORDER: readonly string[] = [
  "types",
  "files of src/ itself",
  "rpc",
  "session",
  "runtimes",
  "ends",
  "features",
  "groups",
  "all.ts",
  "mod.ts",
];

/** What `src/` may import from elsewhere. */
const OUTSIDE: readonly string[] = ["@std/async/deadline"];

/** What a file belongs to. */
interface Room {
  readonly layer: number;
  /** Files of one room may import each other. */
  readonly name: string;
}

/**
 * A file imports from its own folder, or from one that stands below it. A feature is a folder (or a
 * file) of its own: no other one imports it.
 */
export const layers: Deno.lint.Rule = {
  create(context) {
    const path = projectPath(context);
    if (path !== "mod.ts" && !path.startsWith("src/")) return {};
    const check = (source: unknown): void => {
      if (!isText(source)) return;
      const fault = importFault(path, source.value);
      if (fault !== undefined) context.report({ node: source, message: fault });
    };
    return {
      Program(node) {
        if (roomOf(path) === undefined) {
          context.report({ node, message: `"${path}" is in no layer of ${ORDER.join(", ")}` });
        }
      },
      ImportDeclaration: ({ source }) => check(source),
      ExportNamedDeclaration: ({ source }) => check(source),
      ExportAllDeclaration: ({ source }) => check(source),
      ImportExpression: ({ source }) => check(source),
      TSImportType: ({ argument }) =>
        check(argument.type === "TSLiteralType" ? argument.literal : argument),
    };
  },
};

function isText(node: unknown): node is Deno.lint.Literal & { readonly value: string } {
  return typeof (node as { readonly value?: unknown } | null)?.value === "string";
}

function importFault(path: string, name: string): string | undefined {
  const from = roomOf(path);
  if (from === undefined) return undefined; // said of the file as a whole
  if (!name.startsWith(".")) {
    const isAllowed = OUTSIDE.includes(name) ||
      (name.startsWith("node:") && from.name === "runtimes");
    return isAllowed ? undefined : `"${name}" is not the project's`;
  }
  const target = new URL(name, `file:///${path}`).pathname.slice(1);
  const to = roomOf(target);
  if (to === undefined) return `"${target}" is in no layer`;
  if (to.name === from.name) return undefined;
  if (path === "mod.ts") return to.name === "all.ts" ? undefined : "mod.ts passes on src/all.ts";
  if (to.layer > from.layer) return `"${target}" stands above`;
  if (to.layer === from.layer) return `"${target}" is another feature`;
}

function roomOf(path: string): Room | undefined {
  if (path === "mod.ts") return { layer: ORDER.indexOf(path), name: path };
  const [src, first = "", second = ""] = path.split("/");
  if (src !== "src") return undefined;
  const isFile = first.endsWith(".ts");
  const entry = isFile && first !== "all.ts" ? "files of src/ itself" : first;
  const layer = ORDER.indexOf(entry);
  if (layer < 0) return undefined;
  return { layer, name: first === "features" ? `${first}/${second.replace(/\.ts$/, "")}` : entry };
}
