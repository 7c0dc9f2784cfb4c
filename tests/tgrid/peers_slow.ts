import { HERE_SERVES, hereCalls, runMeetings, tgridIn, toTgrid } from "../contract/meetings.ts";
import { childClient } from "../contract/places.ts";
import { openWorkshop } from "../contract/workshop.ts";
import { PEERS } from "./peers.ts";

const PROGRAMS = ["./programs/peers_client.ts", "../contract/programs/server.ts"].map((path) =>
  new URL(path, import.meta.url)
);

Deno.test("real peers are served, many at once, when either end is TGrid's", async (t) => {
  await using workshop = await openWorkshop({ programs: PROGRAMS, packages: ["tgrid@1.2.1"] });
  const [node, deno] = [tgridIn("Node", workshop), tgridIn("Deno", workshop)];
  await runMeetings(t, [
    toTgrid(node, PEERS),
    toTgrid(deno, PEERS),
    { client: childClient(node, "peers_client"), server: HERE_SERVES, codec: "plain" },
    { client: childClient(deno, "peers_client"), server: HERE_SERVES, codec: "plain" },
    { client: hereCalls(PEERS), server: HERE_SERVES, codec: "linked" },
  ], PEERS);
});
