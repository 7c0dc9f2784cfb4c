// replaces `ws_package.ts` in bundles for browsers
import type { Ws, WsClient } from "./ws_package.ts";

export function load(name: string): Promise<unknown> {
  return import(/* webpackIgnore: true */ /* @vite-ignore */ name);
}

/** Only called in Node 20, by a program bundled for browsers. Rejects if `ws` isn't installed. */
export async function loadWs(act: string): Promise<Pick<Ws, "dial">> {
  try {
    const { default: main, WebSocket = main } = await load("ws") as {
      readonly default: WsClient;
      readonly WebSocket?: WsClient;
    };
    return { dial: (url) => new WebSocket(url, { perMessageDeflate: false }) };
  } catch (cause) {
    throw new Error(`Cannot ${act}: the "ws" package is missing. Run "npm install ws".`, { cause });
  }
}
