import { PATIENCE } from "../patience.ts";
import { bytes, type Gets, pauses, type Row, says, type Step } from "../row.ts";
import { upgradeRequest } from "../wire/tcp.ts";

const FORBIDDEN: Gets = {
  status: 403,
  body: /^Origin not allowed\n$/,
  events: ["refused 403"],
};

/** Let in: a first frame that is none then ends it. */
const LET_IN: Gets = { end: 1002, says: "The first frame isn't a header" };

function page(origin: string | undefined, server: string): Step {
  const headers = { Origin: origin };
  return async (peer) => {
    peer.write(upgradeRequest(`${peer.path}?token=hunter2`, headers));
    if (await peer.until(({ head }) => head !== undefined, PATIENCE) && peer.reader.isUpgraded) {
      peer.text(`nonsense for ${server}`);
    }
  };
}

function refused(reason: string, server: string, origin: string): Row {
  return { reason, server, does: [page(origin, server)], gets: { tcp: FORBIDDEN } };
}

function letIn(reason: string, server: string, origin: string | undefined): Row {
  return { reason, server, does: [page(origin, server)], gets: { tcp: LET_IN } };
}

/** Pages of other origins: what a browser sends that its user did not want to. */
export const originRows: readonly Row[] = [
  letIn("A page of the origin that is named", "single", "https://good.example"),
  letIn("No origin: a program, which could have said any", "single", undefined),
  refused("A page of another origin, with the user's cookies", "single", "https://evil.example"),
  refused("A page that hides its origin, as one in a sandbox does", "single", "null"),
  refused("An empty origin", "single", ""),
  refused("The right host by a way that anybody can listen to", "single", "http://good.example"),
  refused("The right host at another port", "single", "https://good.example:8443"),
  refused(
    "An origin that begins with the right one",
    "single",
    "https://good.example.evil.example",
  ),
  refused("An origin that ends with the right one", "single", "https://evil-good.example"),
  refused(
    "An origin that has the right one as its user",
    "single",
    "https://good.example@evil.example",
  ),
  refused(
    "The right origin with a path, which no browser sends",
    "single",
    "https://good.example/",
  ),
  refused(
    "The right origin and another one",
    "single",
    "https://good.example, https://evil.example",
  ),
  refused("The right origin in capitals, which no browser sends", "single", "HTTPS://GOOD.EXAMPLE"),
  refused("The right origin in letters that only look the same", "single", "https://gооd.example"),
  letIn("A page of an origin in a list", "picky", "https://good.example"),
  letIn("A page of an origin that a pattern in a list takes", "picky", "https://shop.good.example"),
  refused(
    "An origin that a pattern takes the beginning of",
    "picky",
    "https://shop.good.example.evil.example",
  ),
  refused(
    "An origin that a pattern takes the end of",
    "picky",
    "https://evil.example/https://shop.good.example",
  ),
  refused(
    "An origin that a pattern takes the middle of, over two lines",
    "picky",
    "x https://shop.good.example",
  ),
  letIn("The first of two in one pattern", "pattern", "https://good.example"),
  letIn(
    "The second of two in one pattern, whose flags must not make it forget",
    "pattern",
    "https://fine.example",
  ),
  refused(
    "An origin whose end is that of the second in a pattern",
    "pattern",
    "https://evil.example?https://fine.example",
  ),
  letIn("A page that a function takes", "failing", "https://good.example"),
  refused(
    "A page at which the function itself fails: nobody is let in by a fault",
    "failing",
    "https://other.example",
  ),
  {
    reason: "Two origins in two headers",
    server: "single",
    does: [(peer) => {
      const request = upgradeRequest(`${peer.path}?token=hunter2`, {
        Origin: "https://good.example",
      });
      peer.write(request.replace("\r\n\r\n", "\r\nOrigin: https://evil.example\r\n\r\n"));
    }],
    gets: { tcp: FORBIDDEN },
  },
  {
    reason: "A page of another origin that asks without an upgrade: what is wrong first is told",
    server: "single",
    does: [(peer) => {
      const request = upgradeRequest(peer.path, {
        Origin: "https://evil.example",
        Upgrade: undefined,
      });
      peer.write(request);
    }],
    gets: { tcp: { status: 426, events: ["refused 426"] } },
  },
  {
    reason: "A page of another origin that sends its first frame before it hears that it may not",
    server: "single",
    does: [
      (peer) => {
        peer.write(
          upgradeRequest(`${peer.path}?token=hunter2`, { Origin: "https://evil.example" }),
        );
      },
      says('{"header":null}', '{"uid":1,"listener":"echo","parameters":[]}'),
      pauses(5),
      bytes(""),
    ],
    gets: { tcp: FORBIDDEN },
  },
];
