import { projectPath } from "./paths.ts";

/** The most lines of code that a file and a function may have. */
const MAX_LINES = { file: 300, function: 40 } as const;

type Function =
  | Deno.lint.FunctionDeclaration
  | Deno.lint.FunctionExpression
  | Deno.lint.ArrowFunctionExpression;

/** Files and functions of the library stay short; comments and blank lines do not count. */
export const size: Deno.lint.Rule = {
  create(context) {
    if (!/^(src|tools)\//.test(projectPath(context))) return {};
    const { sourceCode } = context;
    const code = withoutComments(sourceCode.text, sourceCode.getAllComments());
    const check = (node: Deno.lint.Node, what: "file" | "function"): void => {
      const lines = linesIn(what === "file" ? code : code.slice(...node.range));
      const most = MAX_LINES[what];
      if (lines <= most) return;
      context.report({ node, message: `This ${what} has ${lines} lines of code, over ${most}` });
    };
    const checkFunction = (node: Function): void => check(node, "function");
    return {
      Program: (node) => check(node, "file"),
      FunctionDeclaration: checkFunction,
      FunctionExpression: checkFunction,
      ArrowFunctionExpression: checkFunction,
    };
  },
};

function withoutComments(
  text: string,
  comments: readonly { readonly range: Deno.lint.Range }[],
): string {
  let code = text;
  for (const { range: [start, end] } of comments) {
    const blank = text.slice(start, end).replace(/[^\n]/g, " ");
    code = code.slice(0, start) + blank + code.slice(end);
  }
  return code;
}

function linesIn(code: string): number {
  return code.split("\n").filter((line) => line.trim() !== "").length;
}
