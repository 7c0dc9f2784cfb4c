/** Programs that TypeScript compiles to ES5, with the package under the name `tgrid`. */
import { assertEquals } from "@std/assert";
import { folderWith, programOf, run, succeed, tools } from "./workshop.ts";

const PROGRAM = `
import { Communicator, Driver, WebSocketConnector, WebSocketError, WebSocketServer } from "tgrid";

interface Calculator {
  plus(x: number, y: number): number;
}
class Calculator5 {
  plus(x: number, y: number): number {
    return x + y;
  }
}
class End extends Communicator<null, Calculator> {
  constructor() {
    super(null);
  }
  protected inspectReady(): null {
    return null;
  }
  protected sendData(): Promise<void> {
    return Promise.resolve();
  }
}

async function main(): Promise<void> {
  const server = new WebSocketServer<null, Calculator, null>();
  await server.open(0, (acceptor) => acceptor.accept(new Calculator5()));
  const connector = new WebSocketConnector<null, null, Calculator>(null, null);
  await connector.connect(\`ws://127.0.0.1:\${server.address!.port}\`);
  const driver = connector.getDriver();
  console.log(await driver.plus(2, 3), (driver as object) instanceof Driver);
  await connector.close();
  await server.close();
  const refused = await connector.connect("ws://127.0.0.1:1").catch((error) => error);
  console.log(refused instanceof WebSocketError);
  try {
    console.log(new End());
  } catch (error) {
    console.log(String(error));
  }
}
main();
`;

Deno.test("a program compiled to ES5 runs, and can't extend a class of the package", async () => {
  const folder = await folderWith({
    name: "tgrid",
    packages: { "ws": "ws8", "@types/node": "@types/node", "undici-types": "undici-types" },
    files: { "program.ts": PROGRAM },
  });
  const options = ["--target", "es5", "--lib", "es2015", "--types", "node", "--strict"];
  const tsc = [await programOf("node22"), `${await tools()}/typescript5/bin/tsc`];
  await succeed([...tsc, ...options, "--module", "commonjs", "program.ts"], { cwd: folder });
  const { code, stdout, stderr } = await run([await programOf("node20"), "program.js"], {
    cwd: folder,
  });
  assertEquals([stdout.split("\n"), stderr, code], [
    [
      "5 true",
      "true",
      "TypeError: Class constructor Communicator cannot be invoked without 'new'",
      "",
    ],
    "",
    0,
  ]);
});
