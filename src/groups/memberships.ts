import { type Communicator, waitForEnd } from "../rpc/communicator.ts";

/** A connector, acceptor or other side of a connection that can be a member. */
export type Anyone = Communicator<object | null | undefined, object | null>;

/** Removes a member whose connection is over. */
interface Group {
  ended(communicator: Anyone): void;
}

/**
 * The groups of each open connection. One for all groups, so that a connection that joins and
 * leaves often is waited for only once.
 */
const groups = new WeakMap<Anyone, Group[]>();

/** Calls `ended` when the connection is over. */
export function watch(communicator: Anyone, group: Group): void {
  const known = groups.get(communicator);
  if (known !== undefined) return void known.push(group);
  const own = [group];
  groups.set(communicator, own);
  void waitForEnd(communicator).then(() => {
    groups.delete(communicator);
    for (const one of own) one.ended(communicator);
  });
}

/** Forgets a group that the connection has left. */
export function unwatch(communicator: Anyone, group: Group): void {
  const own = groups.get(communicator);
  const at = own?.indexOf(group) ?? -1;
  if (at < 0) return;
  own![at] = own!.at(-1)!;
  own!.pop();
}
