/** A room in a shared worker, for the pages of either package. */
import { SharedWorkerServer } from "rpc";

const people = new Map();
const server = new SharedWorkerServer();
server.open(async (acceptor) => {
  const { name } = acceptor.header;
  if (name === "Mallory") return await acceptor.reject("Not you, ".repeat(30));
  if (name === "Eve") return await acceptor.reject();
  await acceptor.accept({
    name: () => name,
    plus: (x, y) => x + y,
    people: () => [...people.keys()],
    state: () => acceptor.state,
    async tell(text) {
      for (const driver of people.values()) await driver.hear(`${name}: ${text}`);
    },
    fail() {
      throw new RangeError("too large");
    },
    leave: () => void setTimeout(() => acceptor.close()),
    die: () => {
      setTimeout(() => self.close());
      return new Promise(() => {});
    },
    hang: () => new Promise(() => {}),
  });
  people.set(name, acceptor.getDriver());
  await acceptor.join();
  people.delete(name);
});
