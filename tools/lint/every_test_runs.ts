import { projectPath } from "./paths.ts";

const SANITIZERS: readonly string[] = ["sanitizeOps", "sanitizeResources", "sanitizeExit"];
/** Options that leave tests out. */
const LEFT_OUT: readonly string[] = ["ignore", "only", "skip", "todo"];
/** Those of Deno are neither texts nor lists, so a member with one of these isn't an option of it. */
const FLAGS: readonly string[] = ["ignore", "only"];

/** No test switches a sanitizer off, leaves itself out, or leaves others out. */
export const everyTestRuns: Deno.lint.Rule = {
  create(context) {
    if (!projectPath(context).startsWith("tests/")) return {};
    const check = (node: Deno.lint.Node, name: string | undefined, value: Deno.lint.Node): void => {
      if (name === undefined) return;
      const given = value.type === "Literal" ? value.value : undefined;
      if (SANITIZERS.includes(name) && given !== true) {
        context.report({ node, message: "This switches a sanitizer off" });
      }
      const isTextOrList = typeof given === "string" || value.type === "ArrayExpression";
      const isOther = FLAGS.includes(name) && isTextOrList;
      if (LEFT_OUT.includes(name) && !isOther) {
        context.report({ node, message: "This leaves tests out by an option" });
      }
    };
    return {
      Property: (node) => check(node, nameOf(node.key, node.computed), node.value),
      AssignmentExpression(node) {
        if (node.left.type === "MemberExpression") check(node, memberOf(node.left), node.right);
      },
      CallExpression(node) {
        const { callee } = node;
        const name = callee.type === "MemberExpression" ? memberOf(callee) : undefined;
        if (name === undefined || !LEFT_OUT.includes(name)) return;
        context.report({ node, message: "This leaves tests out by a function" });
      },
    };
  },
};

function memberOf({ property, computed }: Deno.lint.MemberExpression): string | undefined {
  return nameOf(property, computed);
}

function nameOf(node: Deno.lint.Node, isComputed: boolean): string | undefined {
  if (node.type === "Identifier") return isComputed ? undefined : node.name;
  return node.type === "Literal" && typeof node.value === "string" ? node.value : undefined;
}
