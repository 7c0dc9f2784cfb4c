import { type Package, peer } from "../peers.ts";
import { closeSocket, openSocket } from "../sockets.ts";
import { CLIENT, type Client, newProvider, type Subject } from "../subject.ts";
import { connect as connectOurs } from "./ours.ts";

/** TGrid: its server with its own client, with ours, and with the least that its wire takes. */
export const tgrid: Subject = {
  async serve() {
    const { WebSocketServer } = await peer("tgrid");
    const server = new WebSocketServer();
    await server.open(0, async (acceptor: Package) => {
      await acceptor.accept(newProvider(acceptor.getDriver()));
    });
    return server.server_.address().port;
  },
  clients: {
    "tgrid": async (port) => {
      const { WebSocketConnector } = await peer("tgrid");
      const connector = new WebSocketConnector(null, CLIENT);
      await connector.connect(`ws://127.0.0.1:${port}`);
      const driver = connector.getDriver();
      return {
        plus: (x, y) => driver.plus(x, y),
        echo: (value) => driver.echo(value),
        back: (count) => driver.back(count),
        close: () => connector.close(),
      };
    },
    "Sheetbend client → tgrid": (port) => connectOurs(port, {}),
    "hand-written client → tgrid": connectByHand,
  },
};

interface Message {
  readonly uid: number;
  readonly listener?: string;
  readonly parameters?: readonly { readonly value: number }[];
  readonly value?: unknown;
}

async function connectByHand(port: number): Promise<Client> {
  const socket = await openSocket(port);
  await new Promise((resolve) => {
    socket.onmessage = resolve;
    socket.send('{"header":null}');
  });
  const waiting = new Map<number, (value: unknown) => void>();
  let last = 0;
  socket.onmessage = ({ data }: { data: string }) => {
    const { uid, listener, parameters, value }: Message = JSON.parse(data);
    if (listener === undefined) {
      waiting.get(uid)!(value);
      waiting.delete(uid);
    } else {
      const sum = parameters![0]!.value + parameters![1]!.value;
      socket.send(JSON.stringify({ uid, success: true, value: sum }));
    }
  };
  const call = (listener: string, ...args: unknown[]): Promise<unknown> =>
    new Promise((resolve) => {
      const uid = ++last;
      waiting.set(uid, resolve);
      const parameters = args.map((value) => ({ type: typeof value, value }));
      socket.send(JSON.stringify({ uid, listener, parameters }));
    });
  return {
    plus: (x, y) => call("plus", x, y),
    echo: (value) => call("echo", value),
    back: (count) => call("back", count),
    close: () => closeSocket(socket),
  };
}
