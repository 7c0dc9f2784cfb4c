/** Runs the built package once as an ES module and once as CommonJS. */

/** Two ends in one process, which call each other. */
const PROGRAM = `
class End extends Communicator {
  constructor(provider) { super(provider); }
  inspectReady() { return null; }
  async sendData(invoke) { queueMicrotask(() => this.peer.replyData(JSON.parse(JSON.stringify(invoke)))); }
}
const one = new End({ math: { plus: (x, y) => x + y } });
const two = new End(null);
one.peer = two;
two.peer = one;
two.getDriver().math.plus(2, 3).then((sum) => {
  if (sum !== 5 || namespace.default.Communicator !== Communicator) process.exit(1);
  console.log("a call returned", sum);
});
`;

const LOADERS: Readonly<Record<string, (name: string) => string>> = {
  module: (name) => `import * as namespace from "${name}";\nconst { Communicator } = namespace;\n`,
  commonjs: (name) =>
    `const namespace = require("${name}");\nconst { Communicator } = namespace;\n`,
};

/**
 * Runs it by Node, from inside its own folder, where it is known by its name.
 *
 * @throws {Error} If either run fails.
 */
export async function tryOut(outDir: string, name: string): Promise<void> {
  for (const [type, load] of Object.entries(LOADERS)) {
    const { success, stdout, stderr } = await new Deno.Command("node", {
      args: [`--input-type=${type}`, "--eval", load(name) + PROGRAM],
      cwd: outDir,
    }).output();
    const text = new TextDecoder().decode(success ? stdout : stderr);
    if (!success || text === "") throw new Error(`Cannot run the package as ${type}: ${text}`);
    console.log(`npm: ran as ${type}: ${text.trim()}`);
  }
}
