import { assertEquals, assertRejects } from "@std/assert";
import { WorkerServer } from "../../mod.ts";

Deno.test("open() and getHeader() reject, again and again, when the program isn't a worker", async () => {
  const server = new WorkerServer<null, object, null>();
  for (let times = 0; times < 2; times++) {
    await assertRejects(() => server.open({}), Error, "this program isn't a worker");
    await assertRejects(() => server.getHeader(), Error, "this program isn't a worker");
    assertEquals(server.state, WorkerServer.State.NONE);
  }
  await server.close();
});
