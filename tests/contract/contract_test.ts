import { CONTRACT } from "./cases/mod.ts";
import { HERE_SERVES, hereCalls, runMeetings } from "./meetings.ts";

Deno.test("the contract holds, case by case, when both ends are in this process", async (t) => {
  const client = hereCalls(CONTRACT);
  await runMeetings(t, [
    { client, server: HERE_SERVES, codec: "linked" },
    { client, server: HERE_SERVES, codec: "plain" },
  ], CONTRACT);
});
