import { type Package, peer } from "../peers.ts";
import { newProvider, NO_CALLER, type Subject } from "../subject.ts";

/** One direction alone. A procedure takes one input. */
export const trpc: Subject = {
  async serve() {
    const { initTRPC } = await peer("@trpc/server");
    const { applyWSSHandler } = await peer("@trpc/server", "/adapters/ws");
    const { WebSocketServer } = await peer("ws");
    const t = initTRPC.create();
    const { plus, echo } = newProvider(NO_CALLER);
    const input = t.procedure.input((value: unknown) => value);
    const router = t.router({
      plus: input.mutation(({ input: [x, y] }: { input: [number, number] }) => plus(x, y)),
      echo: input.mutation(({ input }: { input: unknown }) => echo(input)),
    });
    const wss = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false });
    applyWSSHandler({ wss, router, createContext: () => ({}) });
    await new Promise((resolve) => wss.on("listening", resolve));
    return wss.address().port;
  },
  clients: {
    "@trpc": async (port) => {
      const { createTRPCClient, createWSClient, wsLink } = await peer("@trpc/client");
      const client = createWSClient({ url: `ws://127.0.0.1:${port}` });
      const driver: Package = createTRPCClient({ links: [wsLink({ client })] });
      await driver.plus.mutate([1, 2]); // it dials when it is called
      return {
        plus: (x, y) => driver.plus.mutate([x, y]),
        echo: (value) => driver.echo.mutate(value),
        close: () => client.close(),
      };
    },
  },
};
