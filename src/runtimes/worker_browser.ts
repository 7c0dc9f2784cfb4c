// replaces `worker.ts` in bundles for browsers
import { parentInWeb, startInWeb, writeInWeb } from "./web_worker.ts";
import type { Channel, ChannelListener } from "./worker_types.ts";

export { startInWeb as startWorker, writeInWeb as writeWorker };

export function openParent(listener: ChannelListener): Promise<Channel | undefined> {
  return Promise.resolve(parentInWeb(listener));
}
