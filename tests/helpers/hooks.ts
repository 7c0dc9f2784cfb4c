import type { SocketLike, UpgradeRequest } from "../../mod.ts";
import type { Hooks } from "../../src/runtimes/types.ts";

/** Hooks of a runtime's server, and what they were told. */
export interface Told {
  readonly hooks: Hooks;
  readonly sockets: SocketLike[];
  readonly requests: UpgradeRequest[];
  readonly ips: string[];
  /** The statuses of what the runtime itself refused. */
  readonly refused: number[];
}

/** Hooks that let everything in, or refuse what they are given to. */
export function told(refuse: Hooks["refuse"] = () => undefined): Told {
  const made: Omit<Told, "hooks"> = { sockets: [], requests: [], ips: [], refused: [] };
  const hooks: Hooks = {
    refuse,
    protocol: () => undefined,
    refused: ({ status }) => void made.refused.push(status),
    upgraded(socket, request, ip) {
      made.sockets.push(socket);
      made.requests.push(request);
      made.ips.push(ip);
    },
  };
  return { hooks, ...made };
}
