import { assert } from "@std/assert";
import { type ConnectionEvent, reconnection } from "../../mod.ts";
import { connectedTo, opened } from "../helpers/servers.ts";
import { until } from "../helpers/waiting.ts";

Deno.test("reconnection waits for maxDelay at most when the server restarts", async () => {
  const server = await opened((acceptor) => acceptor.accept(null));
  const events: ConnectionEvent[] = [];
  await using client = await connectedTo(server, {
    use: [reconnection({ maxDelay: 5 })],
    onEvent: (event) => void events.push(event),
  });
  await server.close();
  const delays = () =>
    events.flatMap((event) => event.type === "reconnecting" ? [event.delay] : []);
  await until(() => delays().length > 5, "it has tried");
  assert(delays().every((delay) => delay <= 5), `${delays()}`);
  await client.close();
});
