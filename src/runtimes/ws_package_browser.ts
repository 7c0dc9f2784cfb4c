// replaces `ws_package.ts` in bundles for browsers
import type { Ws } from "./ws_package.ts";

export function load(name: string): Promise<unknown> {
  return import(/* webpackIgnore: true */ /* @vite-ignore */ name);
}

/** Browsers never call it; Node 20 does in a bundle for browsers. Rejects if `ws` is not installed. */
export async function loadWs(act: string): Promise<Pick<Ws, "WebSocket">> {
  try {
    const { default: main, WebSocket = main } = await load("ws") as Ws & {
      readonly default: Ws["WebSocket"];
    };
    return { WebSocket };
  } catch (cause) {
    const why =
      'it takes the package "ws" here: "npm install ws", and a bundler must not leave it out';
    throw new Error(`Cannot ${act}: ${why}`, { cause });
  }
}
