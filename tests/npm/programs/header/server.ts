// deno-lint-ignore-file no-explicit-any
import { type WebSocketAcceptor, WebSocketServer } from "tgrid";

interface IHeader {
  token?: string;
  wish?: [code: number, reason: string];
}
const server = new WebSocketServer<any, { who(): any }, null>();
server.open(
  Number(process.env.PORT),
  async (acceptor: WebSocketAcceptor<any, { who(): any }, null>) => {
    const header: IHeader | null | undefined = acceptor.header;
    console.log(JSON.stringify(header), acceptor.path, acceptor.state);
    const url = new URL(`http://localhost${acceptor.path}`);
    if (url.searchParams.get("stop") === "yes") {
      await acceptor.accept({ who: () => "stop" });
      acceptor.join().then(() => server.close());
    } else if (header?.wish !== undefined) {
      const rejected = acceptor.reject(...header.wish);
      console.log("rejecting", acceptor.state);
      await rejected;
      console.log("rejected", acceptor.state);
      await acceptor.accept({ who: () => "late" }).catch((error) =>
        console.log("too late", error instanceof Error)
      );
    } else {
      await acceptor.accept({ who: () => header });
      await acceptor.reject(1008, "late").catch((error) =>
        console.log("decided", error instanceof Error, acceptor.state)
      );
    }
  },
).then(() => console.log("open"));
