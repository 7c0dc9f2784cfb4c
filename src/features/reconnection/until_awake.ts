import { LONGEST_TIMER } from "../../deadline.ts";
import { globalScope } from "../../global_scope.ts";

/** Ends the wait in pages. */
const EVENTS = ["online", "visibilitychange"];

/** A `Document`, which isn't in Deno's types. */
type Page = EventTarget & { readonly visibilityState: string };

/** Waits for `ms`, or until the page is online again, or visible again. */
export function untilAwake(
  ms: number,
): { readonly promise: Promise<void>; readonly stop: () => void } {
  let stop!: () => void;
  const promise = new Promise<void>((resolve) => {
    const { document } = globalScope as { readonly document?: Page };
    const targets = [globalScope, document].filter((one) => one?.addEventListener !== undefined);
    const wake = ({ type }: { readonly type: string }): void => {
      if (type === "online" || document?.visibilityState === "visible") stop();
    };
    const timer = setTimeout(() => stop(), Math.min(ms, LONGEST_TIMER));
    for (const one of targets) for (const type of EVENTS) one!.addEventListener(type, wake);
    stop = () => {
      clearTimeout(timer);
      for (const one of targets) for (const type of EVENTS) one!.removeEventListener(type, wake);
      resolve();
    };
  });
  return { promise, stop };
}
