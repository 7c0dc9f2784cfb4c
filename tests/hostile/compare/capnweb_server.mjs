// An API of capnweb's, served as its guide for Node says. Prints its port; ends with its input.
import http from "node:http";
import { newWebSocketRpcSession, nodeHttpBatchRpcResponse, RpcTarget } from "capnweb";
import { WebSocketServer } from "ws";

class Api extends RpcTarget {
  echo(value) {
    return value;
  }
  text(length) {
    return "x".repeat(length);
  }
}

const server = http.createServer(async (request, response) => {
  if (request.headers.upgrade?.toLowerCase() === "websocket") return;
  if (request.url === "/api") {
    try {
      await nodeHttpBatchRpcResponse(request, response, new Api());
    } catch {
      response.writeHead(500);
      response.end();
    }
    return;
  }
  response.writeHead(404, { "content-type": "text/plain" });
  response.end("Not Found");
});
new WebSocketServer({ server }).on("connection", (socket) => {
  newWebSocketRpcSession(socket, new Api());
});
server.listen(0, "127.0.0.1", () => console.log(JSON.stringify(server.address().port)));
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
