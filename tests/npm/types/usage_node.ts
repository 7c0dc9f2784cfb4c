// What a program in Node gives and gets, by the types of Node. It is never run.
import type { IncomingMessage } from "node:http";
import { type MessagePort, parentPort, Worker } from "node:worker_threads";
import { headerOf, PortCommunicator, type SocketLike, WebSocketAcceptor } from "sheetbend";

export function upgraded(request: IncomingMessage, socket: SocketLike): void {
  WebSocketAcceptor.upgrade<null, null, null>(request, socket, async (acceptor) => {
    const cookie: string | undefined = headerOf(acceptor.request, "cookie");
    void cookie;
    await acceptor.accept(null);
  });
}

interface Calendar {
  next(day: Date, ...others: Map<string, bigint>[]): Promise<Date>;
}

export function ported(port: MessagePort, calendar: Calendar): Promise<Date> {
  if (parentPort !== null) new PortCommunicator<Calendar, null>(parentPort, calendar);
  new PortCommunicator(new Worker("calendar.js"), null, { heartbeat: 1_000 });
  const client = new PortCommunicator<null, Calendar>(port, null);
  new PortCommunicator(port, null, { use: [] });
  // @ts-expect-error: a port has one wire format
  new PortCommunicator(port, null, { wire: "plain" });
  return client.getDriver().next(new Date(), new Map([["a", 1n]]));
}
