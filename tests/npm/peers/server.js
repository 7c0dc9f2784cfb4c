// A server for whichever client: tells its port, and ends when a client says so. `lib` is the package.
const server = new lib.WebSocketServer();
const other = new lib.WebSocketServer();
const codeOf = (promise) => promise.then(() => "nothing", (error) => error.code ?? error.name);

function provider(acceptor) {
  const { ip, path, header, request } = acceptor;
  return {
    math: { plus: (x, y) => x + y },
    echo: (value) => value,
    where: () => ({ ip, path, header, agent: lib.headerOf(request, "x-agent") ?? null }),
    askBack: async (text) => `${await acceptor.getDriver().answer(text)}!`,
    fail() {
      throw Object.assign(new TypeError("no good"), { detail: 7 });
    },
    async second() {
      const port = server.address.port;
      const failure = await codeOf(other.open({ port, hostname: "127.0.0.1" }, () => {}));
      return [failure, other.state];
    },
    upgradeAlone() {
      try {
        lib.WebSocketAcceptor.upgrade(
          new Request("http://localhost/", { headers: UPGRADE }),
          () => {},
        );
        return "nothing";
      } catch (error) {
        return error.message;
      }
    },
    // the answer goes first
    stop: () => void setTimeout(() => void stop()),
  };
}

const UPGRADE = {
  "upgrade": "websocket",
  "connection": "Upgrade",
  "sec-websocket-version": "13",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
};

async function handle(acceptor) {
  switch (acceptor.header?.wish) {
    case "reject":
      return acceptor.reject(3001, "not you");
    case "throw":
      throw new Error("a secret");
    default:
      await acceptor.accept(provider(acceptor));
  }
}

async function stop() {
  const before = Date.now();
  await server.close();
  console.log(JSON.stringify({ closed: server.state, quick: Date.now() - before < 2_000 }));
  await server.open({ port: 0 }, handle); // it can be opened again
  await server.close();
  console.log(JSON.stringify({ reopened: server.state }));
}

const protocol = (offered) => offered.find((name) => name === "rpc");

server.open({ port: 0, use: [lib.structured], protocol }, handle).then(
  () => console.log(JSON.stringify(server.address)),
  (error) => console.log(JSON.stringify({ error: error.message })),
);
