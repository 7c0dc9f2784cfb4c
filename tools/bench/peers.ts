/** The packages that the library is measured against, at the versions that were measured. */
export const VERSIONS = {
  "tgrid": "1.2.1",
  "capnweb": "0.12.0",
  "birpc": "4.2.0",
  "socket.io": "4.8.4",
  "socket.io-client": "4.8.4",
  "rpc-websockets": "10.0.1",
  "@trpc/server": "11.25.2",
  "@trpc/client": "11.25.2",
  "@orpc/server": "1.16.1",
  "@orpc/client": "1.16.1",
  "kkrpc": "0.2.2",
  "ws": "8.23.0",
} as const;

// deno-lint-ignore no-explicit-any -- its types would have to be fetched to check this project
export type Package = any;

/**
 * Loads one of them, by a name that is made here: so that neither the type check nor the gate
 * fetches packages which only a run of the benchmark needs.
 *
 * @param path What of it, if not its main module: "/adapters/ws".
 */
export async function peer(name: keyof typeof VERSIONS, path = ""): Promise<Package> {
  const specifier = specifierOf(name, path);
  return await import(specifier);
}

/** Its name for Deno; in Node, where it lies in `node_modules`, the bare one. */
export function specifierOf(name: keyof typeof VERSIONS, path = ""): string {
  return "Deno" in globalThis ? `npm:${name}@${VERSIONS[name]}${path}` : `${name}${path}`;
}
