// A server of socket.io's. Prints its port; ends with its input.
import http from "node:http";
import { Server } from "socket.io";

const server = http.createServer((_request, response) => {
  response.writeHead(404, { "content-type": "text/plain" });
  response.end("Not Found");
});
new Server(server).on("connection", (socket) => {
  socket.on("echo", (value, reply) => reply(value));
  socket.on("text", (length, reply) => reply("x".repeat(length)));
});
server.listen(0, "127.0.0.1", () => console.log(JSON.stringify(server.address().port)));
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
