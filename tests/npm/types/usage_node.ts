// What a program in Node gives and gets, by the types of Node. It is never run.
import type { IncomingMessage } from "node:http";
import { headerOf, type SocketLike, WebSocketAcceptor } from "sheetbend";

export function upgraded(request: IncomingMessage, socket: SocketLike): void {
  WebSocketAcceptor.upgrade<null, null, null>(request, socket, async (acceptor) => {
    const cookie: string | undefined = headerOf(acceptor.request, "cookie");
    void cookie;
    await acceptor.accept(null);
  });
}
