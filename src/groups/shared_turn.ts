import { queueMicrotask } from "../global_scope.ts";
import { type Outgoing, QUIET_PASSES } from "../session/outgoing.ts";

let turns: Outgoing[] | undefined;
let quietPasses = 0;

/**
 * Returns a list for the turns that broadcasts start. They end together, after as many passes of the
 * microtask queue as a turn of its own. For a thousand members, passes for each take longer than
 * the broadcast itself.
 */
export function sharedTurns(): Outgoing[] {
  quietPasses = 0;
  if (turns === undefined) {
    turns = [];
    queueMicrotask(pass);
  }
  return turns;
}

function pass(): void {
  if (++quietPasses < QUIET_PASSES) return queueMicrotask(pass);
  const ending = turns!;
  turns = undefined; // first, because a socket may call back
  for (const outgoing of ending) end(outgoing);
}

/** If a socket of the program's own throws, the turns of the others end nevertheless. */
function end(outgoing: Outgoing): void {
  try {
    outgoing.turnOver();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
