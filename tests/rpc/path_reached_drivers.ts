import { createDriver } from "../../src/rpc/driver.ts";
import type { ReachedRow } from "./path_rows.ts";

/** A driver that tells what would be called at its other end. */
const driver = createDriver({
  call: (path, args) => Promise.resolve(`${path}(${args.join()})`),
});
const root = driver as Record<string, Record<string, Record<string, unknown>>>;

/** A driver of one connection, offered on another. */
export const REACHED_DRIVERS: readonly ReachedRow[] = [
  {
    why: "a driver in a provider: its functions",
    make: () => ({ provider: { other: driver }, self: driver, result: "open()" }),
    path: "other.open",
  },
  {
    why: "a driver in a provider: deeper",
    make: () => ({ provider: { other: driver }, self: root.a!.b, result: "a.b.open()" }),
    path: "other.a.b.open",
  },
  {
    why: "a part of a driver in a provider",
    make: () => ({ provider: { rooms: root.rooms }, self: root.rooms, result: "rooms.open()" }),
    path: "rooms.open",
  },
  {
    why: "a driver's function in a provider",
    make: () => {
      const provider = { open: root.rooms!.open };
      return { provider, self: provider, result: "rooms.open()" };
    },
    path: "open",
  },
  {
    why: "a driver as the provider itself",
    make: () => ({ provider: driver, self: driver, result: "open()" }),
    path: "open",
  },
  {
    why: "`call` at a driver's root is remote",
    make: () => ({ provider: { other: driver }, self: driver, result: "call()" }),
    path: "other.call",
  },
  {
    why: "`bind` at a driver's root is remote",
    make: () => ({ provider: { other: driver }, self: driver, result: "bind()" }),
    path: "other.bind",
  },
  {
    why: "`toString` of a driver is remote: the other end decides",
    make: () => ({ provider: { other: driver }, self: root.a, result: "a.toString()" }),
    path: "other.a.toString",
  },
  {
    why: "`name` below a driver's root is no function's name",
    make: () => ({ provider: { other: driver }, self: root.a, result: "a.name()" }),
    path: "other.a.name",
  },
  {
    why: "`length` below a driver's root is no function's length",
    make: () => ({ provider: { other: driver }, self: root.a!.length, result: "a.length.open()" }),
    path: "other.a.length.open",
  },
];
