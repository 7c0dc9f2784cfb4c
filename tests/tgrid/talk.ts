import type { Library } from "../contract/library.ts";

/** What the client offers; `absent` is not there. */
const PROVIDER = {
  echo: (value: unknown) => value,
  nothing: () => undefined,
  object: () => ({ a: 1, b: undefined, c: [undefined, NaN], d: new Date(0) }),
  fail(): never {
    throw Object.assign(new RangeError("too large"), { code: "E", deep: { a: [1] } });
  },
  failPlainly(): never {
    throw "a text";
  },
};

/** Says the same to a server whichever library it is given: what then travels can be compared. */
export async function talk(lib: Library, url: string): Promise<void> {
  const connector = new lib.WebSocketConnector({ token: "t", list: [1, null] }, PROVIDER);
  await connector.connect(url);
  const remote = connector.getDriver();
  await remote.plus(1, 2);
  await remote.deep.a.b.c("ü 👋 \u2028", true, null, undefined);
  await remote.none();
  await remote.many({ a: 1, b: undefined }, [NaN, -0], new Date(0), () => 1, new Map([[1, 2]]));
  await Promise.all([remote.one(1), remote.two(2)]);
  await remote.plus.call(null, 3, 4);
  await remote.call(5);
  await remote.refuse().catch(() => {});
  await connector.close(3005, "enough");
}

/** Calls that a server makes of a client that talks, in order. */
export const ASKED: readonly object[] = ["echo", "nothing", "object", "fail", "failPlainly"].map(
  (listener, i) => ({
    uid: i + 1,
    listener,
    parameters: [{ type: "object", value: { x: [1, "ü"] } }],
  }),
);
