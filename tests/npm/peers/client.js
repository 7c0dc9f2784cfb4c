// A client for a server that Deno runs at PORT, and for CLOSED, where none is: prints what it saw. `lib` is the package.
const base = `ws://127.0.0.1:${process.env.PORT}`;
const seen = [];
const see = (what, value) => seen.push([what, value]);
const told = (promise) =>
  promise.then(
    (value) => ["fine", value],
    (error) => [error.constructor.name, error.status ?? error.code ?? null, error.message],
  );

async function main() {
  const connector = new lib.WebSocketConnector({ token: "x" }, { answer: (text) => `${text}?` });
  const driver = connector.getDriver();
  see("before", (await told(driver.math.plus(1, 2)))[0]);
  await connector.connect(`${base}/a/b?c=d`);
  see("state", connector.state);
  see("plus", await driver.math.plus(1, 2));
  see("echo", await driver.echo({ list: [1, null, "ü"], nested: { x: true } }));
  see("long", (await driver.echo("x".repeat(3_000_000))).length);
  see("where", await driver.where());
  see("both ways", await driver.askBack("well"));
  see("failed", await told(driver.fail()));
  see("refused", (await told(driver.constructor("x")))[0]);
  see(
    "many",
    (await Promise.all(Array.from({ length: 500 }, (_, i) => driver.math.plus(i, 1)))).length,
  );
  const joined = connector.join();
  await connector.close();
  await joined;
  see("closed", connector.state);
  await connector.connect(base);
  see("again", await driver.math.plus(2, 2));
  see("ended by it", await told(driver.end()));
  await connector.join();
  see("rejected", await told(new lib.WebSocketConnector({ wish: "reject" }, null).connect(base)));
  const failed = await told(
    new lib.WebSocketConnector(null, null).connect(`ws://127.0.0.1:${process.env.CLOSED}`),
  );
  see("nobody", failed.slice(0, 2));
  see("no address", await told(new lib.WebSocketConnector(null, null).connect("gopher://x")));
  see("default", Object.keys(lib.default).length > 20);
  console.log(JSON.stringify(seen));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
