import { LONGEST_TIMER } from "../../deadline.ts";
import { globalScope } from "../../global_scope.ts";

/** Events of a page's window. The second bubbles from its document. */
const EVENTS = ["online", "visibilitychange"];

/** A `Document`, which isn't in Deno's types. */
interface Page {
  readonly visibilityState: string;
}

/** Waits for `ms`, or until the page is online again, or visible again. */
export function untilAwake(
  ms: number,
): { readonly promise: Promise<void>; readonly stop: () => void } {
  let stop!: () => void;
  const promise = new Promise<void>((resolve) => {
    const { document } = globalScope as { readonly document?: Page };
    const wake = ({ type }: { readonly type: string }): void => {
      if (type === "online" || document?.visibilityState === "visible") stop();
    };
    const timer = setTimeout(() => stop(), Math.min(ms, LONGEST_TIMER));
    for (const type of EVENTS) globalScope.addEventListener?.(type, wake); // Node has none
    stop = () => {
      clearTimeout(timer);
      for (const type of EVENTS) globalScope.removeEventListener?.(type, wake);
      resolve();
    };
  });
  return { promise, stop };
}
