import { CONTRACT } from "./cases/mod.ts";
import { HERE_SERVES, hereCalls, runMeetings, tgridIn, toTgrid } from "./meetings.ts";
import { childClient, childServer } from "./places.ts";
import { openWorkshop } from "./workshop.ts";

const PROGRAMS = ["contract_client", "server"].map((name) =>
  new URL(`./programs/${name}.ts`, import.meta.url)
);

Deno.test("the contract holds, case by case, when each two ends are put together", async (t) => {
  await using workshop = await openWorkshop({ programs: PROGRAMS, packages: ["tgrid@1.2.1"] });
  const [node, deno] = [tgridIn("Node", workshop), tgridIn("Deno", workshop)];
  const here = hereCalls(CONTRACT);
  const tgridCalls = childClient(node, "contract_client");
  await runMeetings(t, [
    // beside these for what only two ends of ours can do; contract_test.ts runs them alone
    { client: here, server: HERE_SERVES, codec: "linked" },
    { client: here, server: HERE_SERVES, codec: "plain" },
    toTgrid(node, CONTRACT),
    toTgrid(deno, CONTRACT),
    { client: tgridCalls, server: HERE_SERVES, codec: "plain" },
    { client: childClient(deno, "contract_client"), server: HERE_SERVES, codec: "plain" },
    // nothing of ours: what the cases ask of both is what TGrid does
    { client: tgridCalls, server: childServer(node), codec: "plain" },
  ], CONTRACT);
});
