import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  type ConnectionEvent,
  RemoteError,
  WebSocketConnector,
  WebSocketServer,
} from "../../mod.ts";
import { type ThrownRow, thrownRows } from "./thrown_rows.ts";
import { SECRET } from "./victims/provider.ts";

type Provider = Record<"now" | "later", (at: number) => Promise<never>>;

/** Throws what stands in the row: at once, and later. */
const provider: Provider = {
  now: (at) => {
    throw thrownRows[at]!.make();
  },
  async later(at) {
    await null;
    throw thrownRows[at]!.make();
  },
};

/** What was caught, so that it can be compared. */
function seen(caught: unknown): object {
  if (!(caught instanceof Error)) return { value: caught };
  const { name, message, cause, stack } = caught;
  const fields = Object.fromEntries(
    Object.entries(caught).map(([key, value]) => [key, bare(value)]),
  );
  const isFrom = stack?.includes("thrown_rows.ts") === true || stack === "home";
  const told = cause instanceof Error ? `${cause.name}: ${cause.message}` : cause;
  return { name, message, fields, cause: told, hasStack: isFrom };
}

/** Errors as texts, and objects without the stacks of errors. */
function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => one instanceof Error ? String(one) : one);
  return JSON.parse(JSON.stringify(value, (key, one) => key === "stack" ? undefined : one));
}

function wanted({ name, message, fields = {}, value, exposed }: ThrownRow, isExposed: boolean) {
  if (name === undefined) return { value };
  const more = isExposed ? exposed! : { hasStack: false };
  return { name, message, fields, cause: undefined, ...more };
}

for (const exposeErrors of [false, true]) {
  for (const wire of ["linked", "plain"] as const) {
    const how = `${wire} errors are ${exposeErrors ? "" : "not "}exposed`;
    Deno.test(`a thrown value comes to what the table says when ${how}`, async (t) => {
      const events: ConnectionEvent[] = [];
      await using server = new WebSocketServer<null, Provider, null>();
      const onEvent = (event: ConnectionEvent): void => void events.push(event);
      await server.open(
        { port: 0, hostname: "127.0.0.1", exposeErrors, onEvent },
        (acceptor) => acceptor.accept(provider),
      );
      await using connector = new WebSocketConnector<null, null, Provider>(null, null);
      await connector.connect(`ws://127.0.0.1:${server.address!.port}`, { wire });
      const driver = connector.getDriver();
      for (const [at, row] of thrownRows.entries()) {
        for (const when of ["now", "later"] as const) {
          await t.step(`${row.what}, ${when}`, async () => {
            events.length = 0;
            const caught = await driver[when](at).then(() => "nothing", (error) => error);
            assertEquals(seen(caught), wanted(row, exposeErrors));
            if (row.name !== undefined) assert(caught instanceof RemoteError);
            const thrown = events.find(({ type }) => type === "thrown");
            const told = events.filter((event) => event !== thrown);
            assert(thrown?.type === "thrown");
            assertEquals([thrown.method, typeof thrown.error], [when, typeof row.make()]);
            assertEquals(told.map(({ type }) => type), row.error === undefined ? [] : ["error"]);
            const [error] = told;
            if (error?.type === "error") assertStringIncludes(String(error.error), row.error!);
            const whole = JSON.stringify(caught) + (caught?.stack ?? "") + String(caught?.message);
            // its own text names the class's file, and nothing of what is kept
            assertEquals(whole.includes(SECRET) && !exposeErrors, false, whole);
          });
        }
      }
    });
  }
}
