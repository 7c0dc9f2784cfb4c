import type { ServedCall } from "../../rpc/served_call.ts";
import type { FeatureSession } from "../../session/feature.ts";

/** Cancels the streams in the result of a call, if it isn't sent. */
export function cancelUnsent(
  streaming: { readonly session: FeatureSession; unsent: "drop" | "cancel" },
  { isQuiet, epoch, calls, late }: ServedCall,
  result: unknown,
): void {
  if (!isQuiet && epoch === calls.epoch && late === undefined) return;
  if (typeof result !== "object" || result === null) return;
  streaming.unsent = "cancel";
  try {
    streaming.session.values!.encode(result, "test");
  } catch {
    // then it can't be sent at all
  } finally {
    streaming.unsent = "drop";
  }
}
