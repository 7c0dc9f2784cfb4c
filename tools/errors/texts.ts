/** Evaluates expressions of source code to the texts that they can result in. */
import ts from "npm:typescript@6.0.3";

/** The arguments of a call, by the parameters that they are passed for. */
export type Bindings = ReadonlyMap<ts.Symbol, Value>;
type Value = { readonly node: ts.Expression; readonly bindings: Bindings };

/** The values of parameters come from all calls of their function. */
export const UNBOUND: Bindings = new Map();
/** More variants of a text than this are shown as a hole. */
export const MAX_VARIANTS = 24;
/** Ends recursion. */
const MAX_DEPTH = 12;

/** Evaluates texts. A value that is known only at run time becomes a hole, such as `<port>`. */
export class Texts {
  readonly #checker: ts.TypeChecker;
  readonly #calls = new Map<ts.Symbol, ts.CallExpression[]>();

  constructor(checker: ts.TypeChecker, files: readonly ts.SourceFile[]) {
    this.#checker = checker;
    for (const node of files.flatMap(nodesIn).filter(ts.isCallExpression)) {
      const called = this.#symbolOf(node.expression);
      if (called !== undefined) this.#calls.set(called, [...this.#calls.get(called) ?? [], node]);
    }
  }

  /** The bindings of each call of the function that contains a node. */
  bindingsAt(node: ts.Node): Bindings[] {
    const around = ts.findAncestor(node, (one) => this.#callsOf(one).length > 0);
    if (around === undefined) return [UNBOUND];
    return this.#callsOf(around).map((call) => this.#bind(around, call, UNBOUND));
  }

  /** All variants of a text. */
  of(node: ts.Expression, bindings: Bindings, depth = 0): string[] {
    const hole = [`<${nameOf(node)}>`];
    if (depth > MAX_DEPTH) return hole;
    const next = (one: ts.Expression): string[] => this.of(one, bindings, depth + 1);
    if (ts.isStringLiteralLike(node)) return [node.text];
    if (ts.isConditionalExpression(node)) return [...next(node.whenTrue), ...next(node.whenFalse)];
    if (ts.isTemplateExpression(node)) return templateOf(node, next);
    if (ts.isBinaryExpression(node)) {
      const { left, right, operatorToken: { kind } } = node;
      if (kind === ts.SyntaxKind.PlusToken) return joined(next(left), next(right));
      return [...next(left), ...next(right)]; // `??` and `||`
    }
    if (ts.isParenthesizedExpression(node)) return next(node.expression);
    const found = this.#valuesOf(node, bindings)
      .flatMap((value) => this.of(value.node, value.bindings, depth + 1));
    return found.length <= MAX_VARIANTS && found.some(isText) ? found : hole;
  }

  /** The expressions whose value a name, a call or the member of a constant can have. */
  #valuesOf(node: ts.Expression, bindings: Bindings): Value[] {
    const all = (nodes: readonly ts.Expression[], of = bindings): Value[] =>
      nodes.map((node) => ({ node, bindings: of }));
    const isMember = ts.isElementAccessExpression(node);
    const symbol = this.#symbolOf(isMember || ts.isCallExpression(node) ? node.expression : node);
    const declared = symbol?.valueDeclaration;
    if (declared === undefined) return [];
    if (ts.isCallExpression(node)) {
      return all(returnsOf(declared), this.#bind(declared, node, bindings));
    }
    if (bindings.has(symbol!)) return [bindings.get(symbol!)!];
    if (ts.isParameter(declared)) {
      const at = declared.parent.parameters.indexOf(declared);
      const calls = this.#callsOf(declared.parent);
      return all(calls.flatMap(({ arguments: given }) => given[at] ?? []), UNBOUND);
    }
    const value = ts.isVariableDeclaration(declared) ? declared.initializer : undefined;
    if (value === undefined || !isMember) return all(value ? [value] : []);
    const members = nodesIn(value).filter(ts.isPropertyAssignment);
    return all(members.map(({ initializer }) => initializer));
  }

  #callsOf(node: ts.Node): readonly ts.CallExpression[] {
    const name = ts.isFunctionLike(node) ? node.name : undefined;
    const symbol = name && this.#checker.getSymbolAtLocation(name);
    return symbol && this.#calls.get(symbol) || [];
  }

  #bind(to: ts.Node, call: ts.CallExpression, bindings: Bindings): Bindings {
    const { parameters = [] } = to as { parameters?: readonly ts.ParameterDeclaration[] };
    return new Map(parameters.flatMap(({ name }, at) => {
      const symbol = this.#checker.getSymbolAtLocation(name);
      const node = call.arguments[at];
      return symbol && node ? [[symbol, { node, bindings }] as const] : [];
    }));
  }

  #symbolOf(node: ts.Expression): ts.Symbol | undefined {
    const name = ts.isPropertyAccessExpression(node) ? node.name : node;
    const symbol = this.#checker.getSymbolAtLocation(name);
    const isImport = symbol !== undefined && (symbol.flags & ts.SymbolFlags.Alias) !== 0;
    return isImport ? this.#checker.getAliasedSymbol(symbol) : symbol;
  }
}

/** Whether a text has words besides its holes. */
export const isText = (text: string): boolean => /\p{L}/u.test(text.replace(/<[^>]*>/g, ""));

/** Quoted values are names and stay holes. With too many variants, the first ones are holes. */
function templateOf(node: ts.TemplateExpression, of: (one: ts.Expression) => string[]): string[] {
  const spans = node.templateSpans;
  const parts = spans.map(({ expression, literal }, at) => {
    const before = at === 0 ? node.head.text : spans[at - 1]!.literal.text;
    const isQuoted = before.endsWith('"') && literal.text.startsWith('"');
    return isQuoted ? [`<${nameOf(expression)}>`] : of(expression);
  });
  const variants = () => parts.reduce((product, { length }) => product * length, 1);
  for (let at = 0; at < parts.length && variants() > MAX_VARIANTS; at++) {
    if (parts[at]!.length > 1) parts[at] = [`<${nameOf(spans[at]!.expression)}>`];
  }
  return parts.reduce(
    (texts, part, at) => joined(joined(texts, part), [spans[at]!.literal.text]),
    [node.head.text],
  );
}

const joined = (left: string[], right: string[]): string[] =>
  left.flatMap((one) => right.map((other) => one + other));

function returnsOf(declared: ts.Declaration): ts.Expression[] {
  return nodesIn(declared).filter(ts.isReturnStatement)
    .filter((node) => ts.findAncestor(node, ts.isFunctionLike) === declared)
    .flatMap(({ expression }) => expression ?? []);
}

/** A node and all nodes inside of it. */
export function nodesIn(node: ts.Node): ts.Node[] {
  const nodes = [node];
  ts.forEachChild(node, (child) => void nodes.push(...nodesIn(child)));
  return nodes;
}

/** A name for a value: `port` for `JSON.stringify(port)`, `place` for `placeOf(path)`. */
function nameOf(node: ts.Expression): string {
  const text = node.getText().replace(/^(String|JSON\.stringify)\(/, "");
  const [, name] = /(\w+)Of\(/.exec(text) ?? [];
  return name ?? text.replace(/(\.#?\w+\(|\[).*|[!)]+$/s, "").split(/\W/).at(-1)!;
}
