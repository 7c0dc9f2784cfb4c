import { projectPath } from "./paths.ts";

const NAMES: readonly string[] = ["Deno", "Bun", "process", "WebSocketPair"];

/** Only these files may know on which runtime they are. */
const FOLDER = "src/runtimes/";

/** A runtime's own global is named in `src/runtimes/` alone. */
export const runtimes: Deno.lint.Rule = {
  create(context) {
    const path = projectPath(context);
    if (!path.startsWith("src/") || path.startsWith(FOLDER)) return {};
    return {
      Identifier(node) {
        if (!NAMES.includes(node.name) || isKey(node)) return;
        context.report({ node, message: `Only ${FOLDER} may name ${node.name}` });
      },
    };
  },
};

/** What is read of the nodes that declare a member. */
interface Member {
  readonly key?: unknown;
  readonly computed?: boolean;
  readonly shorthand?: boolean;
}

/** The name of a member that is declared here. */
function isKey(node: Deno.lint.Identifier): boolean {
  const { key, computed, shorthand } = node.parent as Member;
  return isSame(key, node) && computed !== true && shorthand !== true;
}

/** Nodes are made anew each time that they are asked for. */
function isSame(one: unknown, other: Deno.lint.Identifier): boolean {
  const { range } = (one ?? {}) as { readonly range?: readonly number[] };
  return range !== undefined && range[0] === other.range[0] && range[1] === other.range[1];
}
