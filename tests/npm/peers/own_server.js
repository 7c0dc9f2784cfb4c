// A server of the user's own, by node:http and `ws`, as adapters make them. `lib` is the package.
async function main() {
  const { createServer } = await import("node:http");
  const ws = await import("ws");
  const Server = ws.WebSocketServer ?? ws.default.Server;
  const sockets = new Server({ noServer: true });
  const server = createServer((_request, response) => response.end("a page"));
  server.on("upgrade", (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (upgraded) => {
      lib.WebSocketAcceptor.upgrade(request, upgraded, async (acceptor) => {
        await acceptor.accept({
          where: () => [acceptor.ip, acceptor.path, acceptor.request === request],
          hangUp() {
            upgraded.close(3009, "by its owner");
            return new Promise(() => {}); // the end comes first
          },
        });
        await acceptor.join();
        console.log(JSON.stringify({ state: acceptor.state }));
        server.close();
      });
    });
  });
  server.listen(0, "127.0.0.1", () => console.log(JSON.stringify(server.address())));
}
main();
