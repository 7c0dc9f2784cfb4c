// The provider of the attacked servers, offered by tgrid. Prints its port; ends with its input.
import net from "node:net";
import tgrid from "tgrid";
import { provider } from "./provider.mjs";

const { WebSocketServer } = tgrid;
const outcomes = new Map();

function follow(path, driver) {
  const both = ["waits", "waits"];
  outcomes.set(path.split("?")[0], both);
  [driver.first(), driver.second()].forEach((call, at) => {
    call.then(
      (value) => both[at] = { value },
      (error) => both[at] = { error: String(error?.message ?? error) },
    );
  });
}

const handlers = {
  calls: async (acceptor, offered) => {
    await acceptor.accept(offered);
    follow(acceptor.path, acceptor.getDriver());
  },
  nothing: (acceptor) => acceptor.accept(null),
  late: async (acceptor, offered) => {
    await new Promise((resolve) => setTimeout(resolve, 150));
    await acceptor.accept(offered);
  },
  header: (acceptor) => acceptor.accept({ header: () => acceptor.header, echo: (value) => value }),
};

const offered = Object.defineProperties({}, {
  ...Object.getOwnPropertyDescriptors(provider),
  outcomes: { value: (path) => outcomes.get(path) ?? null },
});
const port = await new Promise((resolve) => {
  const probe = net.createServer().listen(0, () => {
    const { port } = probe.address();
    probe.close(() => resolve(port));
  });
});
const server = new WebSocketServer();
await server.open(port, async (acceptor) => {
  const handler = handlers[acceptor.path.split("/")[1]] ?? (() => acceptor.accept(offered));
  await handler(acceptor, offered);
});
console.log(JSON.stringify(port));
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
