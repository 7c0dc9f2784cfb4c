import type { Ws } from "./ws_package.ts";

/** As in the module that this one stands in for. */
export function load(name: string): Promise<unknown> {
  return import(/* webpackIgnore: true */ /* @vite-ignore */ name);
}

/**
 * Loads `ws` without looking at its version: a browser never does, only Node 20 that runs a bundle
 * for browsers.
 *
 * @throws {Error} If it is not installed.
 */
export async function loadWs(act: string): Promise<Pick<Ws, "WebSocket">> {
  try {
    const { default: main, WebSocket = main } = await load("ws") as Ws & {
      readonly default: Ws["WebSocket"];
    };
    return { WebSocket };
  } catch (cause) {
    const why =
      'it takes the package "ws" here, which is not installed or was left out by a bundler';
    throw new Error(`Cannot ${act}: ${why}`, { cause });
  }
}
