import {
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
} from "@std/assert";
import {
  ConnectionClosedError,
  DeadlineError,
  EncodeError,
  NotSentError,
  RemoteError,
  structured,
  WebSocketError,
  withOptions,
} from "../../mod.ts";
import { connectedTo, opened } from "../helpers/servers.ts";
import { paired } from "../linked/pair.ts";

const provider = {
  math: {
    fail: () => Promise.reject(Object.assign(new RangeError("too large"), { method: "POST" })),
    hang: () => new Promise(() => {}),
  },
};

// deno-lint-ignore no-explicit-any -- whatever the call is rejected with
function errorOf(call: Promise<unknown>): Promise<any> {
  return call.then(() => undefined, (error: unknown) => error);
}

/** One call of each way to fail, in this order; the last three wait for the end. */
// deno-lint-ignore no-explicit-any -- a driver of any functions
function calls(driver: any): Promise<unknown>[] {
  return [
    driver.math.fail(),
    driver.math.missing(),
    driver.math.fail(1n),
    withOptions(driver, { timeout: 20 }).math.hang(),
    withOptions(driver, { timeout: 0 }).math.hang(),
    driver.math.hang(),
    driver.math.hang(),
  ].map(errorOf);
}

for (const wire of ["linked", "plain"] as const) {
  Deno.test(`a call is rejected with an error that names it, ${wire}`, async () => {
    for (
      const [code, type] of [[3001, WebSocketError], [undefined, ConnectionClosedError]] as const
    ) {
      await using pair = await paired({ there: provider, connect: { wire } });
      const driver = pair.client.getDriver();
      const made = calls(driver);
      await Promise.all(made.slice(0, 5));
      await pair.client.close(code, "enough");
      // deno-lint-ignore no-explicit-any -- errors of several classes
      const errors = [...await Promise.all(made), await errorOf(driver.math!.fail!())] as any[];
      const types = [
        RemoteError,
        RemoteError,
        EncodeError,
        DeadlineError,
        DeadlineError,
        type,
        type,
      ];
      [...types, NotSentError].forEach((one, at) => assertInstanceOf(errors[at], one));
      const paths = ["fail", "missing", "fail", "hang", "hang", "hang", "hang", "fail"];
      assertEquals(errors.map((error) => error.method), paths.map((name) => `math.${name}`));
      for (const [at, error] of errors.entries()) {
        assertStringIncludes(`${error.message}\n${error.stack}`, `math.${paths[at]}`);
        assertEquals(Object.keys(error).includes("method"), false);
      }
      assertEquals([errors[0].message, `${errors[0]}`], ["too large", "RangeError: too large"]);
      assertStringIncludes(errors[0].stack, "RangeError: too large\n    at math.fail (remote)");
      assertEquals(errors[5].message, "enough");
      assertEquals(errors[5] === errors[6], false);
      assertStringIncludes(
        errors[2].message,
        'Cannot call "math.fail": cannot encode "parameters[0]"',
      );
    }
  });
}

Deno.test("error.method is that of the outer call when a relay throws an error on", async () => {
  await using third = await paired({ there: provider });
  await using pair = await paired({ there: { ask: () => third.client.getDriver().math!.fail!() } });
  const error = await errorOf(pair.client.getDriver().ask!());
  assertEquals([error.name, error.method, Object.keys(error)], ["RangeError", "ask", []]);
});

Deno.test("a signal's reason stays as it is", async () => {
  await using pair = await paired({ there: provider });
  const reason = new RangeError("mine");
  const control = new AbortController();
  const call = errorOf(
    pair.client.getDriver({ signal: control.signal, trace: true }).math!.hang!(),
  );
  control.abort(reason);
  assertStrictEquals(await call, reason);
  assertEquals(Object.hasOwn(reason, "method"), false);
});

for (const wire of ["linked", "plain"] as const) {
  Deno.test(`trace gives the stack of the call, by getDriver() and withOptions(), ${wire}`, async () => {
    await using pair = await paired({ there: provider, connect: { wire } });
    const plain = pair.client.getDriver();
    const traced = pair.client.getDriver({ trace: true });
    function callerOfThis(driver: typeof plain): Promise<unknown>[] {
      return calls(driver);
    }
    const made = [
      ...callerOfThis(traced),
      ...callerOfThis(withOptions(plain, { trace: true })),
      ...callerOfThis(withOptions(withOptions(plain, { trace: true }), { trace: false })),
    ];
    const bare = callerOfThis(plain);
    await Promise.all([...made, ...bare].filter((_, at) => at % 7 < 5));
    await pair.client.close(3001, "enough");
    for (const error of await Promise.all(made)) {
      assertStringIncludes((error as Error).stack!, "callerOfThis");
    }
    const [thrown, , , , , ended] = await Promise.all(bare) as Error[];
    for (const error of [thrown, ended]) {
      assertEquals(error!.stack!.includes("callerOfThis"), false);
    }
  });
}

Deno.test("trace keeps the remote stack where it is exposed", async () => {
  await using pair = await paired({ there: provider, accept: { exposeErrors: true } });
  const driver = pair.client.getDriver();
  const bare = await errorOf(driver.math!.fail!());
  const error = await errorOf(withOptions(driver, { trace: true }).math!.fail!());
  assertEquals(error.stack.startsWith(bare.stack), true);
  assertEquals(error.stack.length > bare.stack.length, true);
});

for (const options of [{}, { wire: "plain" }, { use: [structured] }] as const) {
  Deno.test(`a result that is a function of a driver is refused, ${JSON.stringify(options)}`, async () => {
    const { use } = options as { use?: [typeof structured] };
    const given: { driver?: unknown } = {};
    const provider = { give: () => given.driver };
    await using server = await opened((acceptor) => acceptor.accept(provider), { use });
    await using client = await connectedTo(server, options);
    given.driver = (client.getDriver() as Record<string, unknown>).elsewhere;
    const error = await assertRejects(
      () => (client.getDriver() as Record<string, () => Promise<unknown>>).give!(),
      RemoteError,
    );
    assertEquals(error.name, "EncodeError");
  });
}
