import { waitForEnd } from "../rpc/communicator.ts";
import type { Anyone, LocalMember } from "./local_member.ts";

/** Returns its argument from the constructor, so that a subclass can add a private field to it. */
class Given {
  constructor(object: object) {
    return object;
  }
}

/**
 * The memberships of a connection in all groups, in a private field of its communicator, which takes
 * less memory and time than a `WeakMap`. `undefined` if nothing waits for the end of the connection.
 */
class Seats extends Given {
  #list: LocalMember<unknown>[] | undefined;

  static of(communicator: Anyone): LocalMember<unknown>[] | undefined {
    return #list in communicator ? (communicator as unknown as Seats).#list : undefined;
  }

  static set(communicator: Anyone, list: LocalMember<unknown>[] | undefined): void {
    if (!(#list in communicator)) new Seats(communicator);
    (communicator as unknown as Seats).#list = list;
  }
}

/** Returns the memberships of a connection. */
export function seatsOf(communicator: Anyone): readonly LocalMember<unknown>[] {
  return Seats.of(communicator) ?? [];
}

/** Adds a membership. When the connection is over, calls its `ended`, unless it was removed. */
export function takeSeat(seat: LocalMember<unknown>): void {
  const { communicator } = seat;
  const known = Seats.of(communicator);
  if (known !== undefined) return void known.push(seat);
  const list = [seat];
  Seats.set(communicator, list);
  // once for all groups, so that a connection can join and leave often
  void waitForEnd(communicator).then(() => {
    Seats.set(communicator, undefined);
    for (const one of list) one.ended();
  });
}

/** Removes a membership. */
export function leaveSeat(seat: LocalMember<unknown>): void {
  const list = Seats.of(seat.communicator);
  const at = list?.indexOf(seat) ?? -1;
  if (at < 0) return;
  list![at] = list!.at(-1)!;
  list!.pop();
}
