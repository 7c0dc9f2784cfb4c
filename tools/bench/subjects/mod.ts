import type { Subject } from "../subject.ts";
import { birpc } from "./birpc.ts";
import { capnweb } from "./capnweb.ts";
import { echo } from "./echo.ts";
import { kkrpc } from "./kkrpc.ts";
import { orpc } from "./orpc.ts";
import { ours, oursStructured, reconnectionOff, reconnectionOn } from "./ours.ts";
import { rpcWebsockets } from "./rpc_websockets.ts";
import { socketIo } from "./socket_io.ts";
import { tgrid } from "./tgrid.ts";
import { trpc } from "./trpc.ts";

/** By the name of the server. */
export const SUBJECTS = {
  echo,
  ours,
  oursStructured,
  reconnectionOn,
  reconnectionOff,
  tgrid,
  capnweb,
  birpc,
  socketIo,
  rpcWebsockets,
  trpc,
  orpc,
  kkrpc,
} satisfies Record<string, Subject>;

export type SubjectName = keyof typeof SUBJECTS;
