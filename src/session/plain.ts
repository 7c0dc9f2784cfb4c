import { invokeOf, receive } from "../rpc/communicator.ts";
import { encodeError } from "./encode_error.ts";
import type { MessageKind } from "./feature.ts";
import { parseJson } from "./parse_json.ts";
import type { Wire } from "./wire.ts";

/** A plain call, in a list, so that it can wait its turn like other kinds of messages. */
const CALL: MessageKind = {
  isOrdered: true,
  take: ([message], session, weight) => receive(session.rpc, message, weight),
};

/** The wire format of TGrid 1.x: one message per frame. */
export const plain: Wire = {
  name: "plain",
  isStrict: false,
  nudge: '{"uid":0,"listener":"$","parameters":[]}',
  keepAlive: '{"uid":0,"success":true}',
  call(call) {
    try {
      return JSON.stringify(invokeOf(call));
    } catch (cause) {
      throw encodeError("parameters", call.args, cause);
    }
  },
  reply({ uid, success, value }) {
    try {
      return JSON.stringify({ uid, success, value });
    } catch (cause) {
      throw encodeError(success ? "result" : "error", value, cause);
    }
  },
  read(text, session) {
    const message = parseJson(text, session.settings.limits.depth);
    if (typeof message !== "object" || message === null) return true;
    if (Object.hasOwn(message, "listener")) session.inOrder(CALL, [message]);
    else receive(session.rpc, message);
    return true;
  },
};
