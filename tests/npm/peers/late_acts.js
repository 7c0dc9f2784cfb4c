// What comes too late, is refused or has nothing to do, and is not awaited: no process ends by it.
const until = async (holds) => {
  for (let turn = 0; turn < 6000 && !holds(); turn++) await new Promise((r) => setTimeout(r, 5));
};

function act(acceptor) {
  acceptor.accept({});
  acceptor.reject(3001, "no");
  acceptor.close();
  acceptor.ping(1000);
  acceptor.join();
  acceptor.join(5);
  acceptor.join(NaN);
}

async function main() {
  const acceptors = [];
  const server = new lib.WebSocketServer();
  const options = { port: 0, hostname: "127.0.0.1", limits: { decisionTimeout: 200 } };
  await server.open(options, (acceptor) => {
    acceptors.push(acceptor);
    if (acceptor.path === "/accept") acceptor.accept({});
  });
  const url = `ws://127.0.0.1:${server.address.port}`;
  const dial = (path) => {
    const connector = new lib.WebSocketConnector(null, null);
    connector.connect(`${url}/${path}`).catch(() => {});
    return connector;
  };

  const leaving = dial("never"); // leaves undecided
  await until(() => acceptors.length === 1);
  leaving.close();
  await until(() => acceptors[0].state === 3);
  act(acceptors[0]);

  dial("never"); // the decision is too late
  await until(() => acceptors[1]?.state === 3);
  act(acceptors[1]);

  const open = dial("accept");
  await until(() => open.state === 1);
  acceptors[2].accept({});
  acceptors[2].reject();
  acceptors[2].close(404, "a code that can't be sent");
  open.close();
  await until(() => acceptors[2].state === 3 && open.state === 3);
  act(acceptors[2]);
  open.close();
  open.join(NaN);

  dial("never");
  await until(() => acceptors.length === 4);
  acceptors[3].join();
  acceptors[3].close();
  acceptors[3].reject(404, "a code that can't be sent");
  await until(() => acceptors[3].state === 3);

  const none = new lib.WebSocketConnector(null, null);
  none.close();
  none.join();
  none.join(5);

  new lib.WebSocketServer().open({ ...options, port: server.address.port }, () => {});
  new lib.WebSocketServer().open(0);
  new lib.WebSocketServer().close();
  const opening = new lib.WebSocketServer();
  const opened = opening.open(options, () => {});
  opening.open(options, () => {});
  opening.close();
  await opened;
  opening.close();
  server.close();
  server.close();
  await until(() => server.state === 3 && opening.state === 3);
  server.close();
  await new Promise((resolve) => setTimeout(resolve, 50));
  console.log("alive");
}
main();
