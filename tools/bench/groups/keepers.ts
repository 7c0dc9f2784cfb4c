import { Group, type WebSocketAcceptor } from "../../../mod.ts";

/** What a keeper takes, whatever its types. */
// deno-lint-ignore no-explicit-any -- an acceptor of any types will do
type Acceptor = WebSocketAcceptor<any, any, any>;

/** What keeps connections, as members or as entries. */
export interface Keeping {
  add(acceptor: Acceptor): void;
  remove(acceptor: Acceptor): void;
}

/** What a program keeps that has no groups. */
export function ownSet(): Keeping {
  const set = new Set<Acceptor>();
  return {
    add(acceptor) {
      set.add(acceptor);
      void acceptor.join().then(() => set.delete(acceptor));
    },
    remove: (acceptor) => void set.delete(acceptor),
  };
}

/** A group of one process. */
export async function openGroup(): Promise<Keeping> {
  const group = new Group<object>("room");
  await group.open();
  return {
    add: (acceptor) => void group.add(acceptor),
    remove: (acceptor) => void group.remove(acceptor),
  };
}
