import type { Bidi } from "./bidi.ts";
import type { Tab } from "./browser.ts";

/** What a script in the page gave. */
type Outcome =
  | { readonly type: "success"; readonly result: { readonly value?: string } }
  | { readonly type: "exception"; readonly exceptionDetails: { readonly text: string } };

/** An element, by which commands can refer to it. */
interface Element {
  readonly sharedId: string;
}

/** The keys that have no character of their own. */
const [BACKSPACE, ENTER] = ["\uE003", "\uE007"];

/** One window of Firefox. */
export class FirefoxTab implements Tab {
  readonly #bidi: Bidi;
  /** What BiDi calls the tab. */
  readonly #context: string;

  constructor(bidi: Bidi, context: string) {
    this.#bidi = bidi;
    this.#context = context;
  }

  async goto(url: string): Promise<void> {
    await this.#send("browsingContext.navigate", { url, wait: "complete" });
  }

  evaluate<A, R>(run: (argument: A) => R | Promise<R>, argument?: A): Promise<R> {
    return this.#call(`(argument) => (${run})(argument)`, argument);
  }

  async inject(source: string): Promise<void> {
    check(
      await this.#bidi.send<Outcome>("script.evaluate", {
        expression: source,
        target: { context: this.#context },
        awaitPromise: true,
        serializationOptions: { maxObjectDepth: 0 },
      }),
    );
  }

  async click(name: string): Promise<void> {
    const element = await this.#element("button", name);
    const origin = { type: "element", element };
    const actions = [
      { type: "pointerMove", x: 0, y: 0, origin },
      { type: "pointerDown", button: 0 },
      { type: "pointerUp", button: 0 },
    ];
    await this.#send("input.performActions", {
      actions: [{ type: "pointer", id: "mouse", actions }],
    });
  }

  async fill(name: string, text: string): Promise<void> {
    const element = await this.#element("textbox", name);
    await this.#call("(_, input) => { input.focus(); input.select(); }", undefined, element);
    await this.#press([...text || BACKSPACE]);
  }

  pressEnter(): Promise<void> {
    return this.#press([ENTER]);
  }

  async setOffline(isOffline: boolean): Promise<void> {
    await this.#bidi.send("emulation.setNetworkConditions", {
      networkConditions: isOffline ? { type: "offline" } : null,
      contexts: [this.#context],
    });
  }

  async screenshot(path: string): Promise<void> {
    const { data } = await this.#send<{ data: string }>("browsingContext.captureScreenshot");
    await Deno.writeFile(path, Uint8Array.fromBase64(data));
  }

  async close(): Promise<void> {
    await this.#send("browsingContext.close");
  }

  /** Waits for an element that can be used, and scrolls to it. */
  async #element(role: string, name: string): Promise<Element> {
    for (let tries = 0; tries < 1_000; tries++) {
      const { nodes } = await this.#send<{ nodes: Element[] }>("browsingContext.locateNodes", {
        locator: { type: "accessibility", value: { role, name } },
      });
      const [node] = nodes;
      if (node !== undefined) {
        const { sharedId } = node;
        const toUse =
          "(_, it) => { it.scrollIntoView({ block: 'nearest' }); return !it.disabled; }";
        if (await this.#call<boolean>(toUse, undefined, { sharedId })) return { sharedId };
      }
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error(`Cannot find a ${role} that can be used with the name "${name}"`);
  }

  async #press(keys: readonly string[]): Promise<void> {
    const actions = keys.flatMap((value) => [{ type: "keyDown", value }, { type: "keyUp", value }]);
    await this.#send("input.performActions", { actions: [{ type: "key", id: "keys", actions }] });
  }

  /** Calls a function of a value and an element. */
  async #call<R>(source: string, argument: unknown, element?: Element): Promise<R> {
    const json = JSON.stringify(argument);
    const outcome = await this.#bidi.sendForLong<Outcome>("script.callFunction", {
      functionDeclaration: `async (json, element) => JSON.stringify(await (${source})(
        json === undefined ? undefined : JSON.parse(json), element))`,
      arguments: [
        json === undefined ? { type: "undefined" } : { type: "string", value: json },
        element ?? { type: "undefined" },
      ],
      target: { context: this.#context },
      awaitPromise: true,
    });
    const value = check(outcome);
    return (value === undefined ? undefined : JSON.parse(value)) as R;
  }

  #send<R>(method: string, params: Readonly<Record<string, unknown>> = {}): Promise<R> {
    return this.#bidi.send<R>(method, { context: this.#context, ...params });
  }
}

function check(outcome: Outcome): string | undefined {
  if (outcome.type === "exception") throw new Error(outcome.exceptionDetails.text);
  return outcome.result.value;
}
