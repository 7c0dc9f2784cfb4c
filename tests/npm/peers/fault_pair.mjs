// A server and its client in one process, for the programs beside this. `lib` is the package.

/** What both ends use, by a name. */
export const MODES = {
  linked: {},
  plain: { wire: "plain" },
  structured: { use: [lib.structured] },
};

/** What `work` makes of a driver of the provider, and of its connector; then both ends close. */
export async function withDriver(provider, { wire, use, ...options }, work) {
  const server = new lib.WebSocketServer();
  const accept = (acceptor) => acceptor.accept(provider);
  await server.open({ port: 0, hostname: "127.0.0.1", use, ...options }, accept);
  const connector = new lib.WebSocketConnector(null, null);
  await connector.connect(`ws://127.0.0.1:${server.address.port}`, { wire, use });
  try {
    return await work(connector.getDriver(), connector, server);
  } finally {
    await connector.close();
    await server.close();
  }
}

/** What it was fulfilled or rejected with. */
export const caught = (promise) => promise.catch((error) => error);

/** Name and message of what an act throws or is rejected with. */
export async function failureOf(act) {
  const { name, message } = Object(await caught((async () => await act())()));
  return [name, message];
}

/** What came, or "nothing came" after so long that only a failure gets there. */
export async function soon(promise) {
  let timer;
  const never = new Promise((resolve) => timer = setTimeout(resolve, 60_000, "nothing came"));
  const first = await Promise.race([promise, never]);
  clearTimeout(timer);
  return first;
}
