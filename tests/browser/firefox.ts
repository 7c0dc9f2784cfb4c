/** Firefox, as its makers ship it, driven by WebDriver BiDi. */
import { soon } from "../helpers/waiting.ts";
import { Bidi } from "./bidi.ts";
import { type Browser, find, type Look, type Program, type Tab } from "./browser.ts";
import { FirefoxTab } from "./firefox_tab.ts";

const FIREFOX: Program = {
  name: "Firefox",
  variable: "FIREFOX",
  places: [
    "/usr/bin/firefox-esr",
    "/usr/bin/firefox",
    "/Applications/Firefox.app/Contents/MacOS/firefox",
  ],
  debian: "firefox-esr",
};

/** Nothing is fetched from elsewhere. Starting would wait for that on a machine without internet. */
const PREFERENCES: Readonly<Record<string, string | number | boolean>> = {
  "app.normandy.enabled": false,
  "app.update.disabledForTesting": true,
  "browser.backup.scheduled.enabled": false,
  "browser.newtabpage.enabled": false,
  "browser.safebrowsing.update.enabled": false,
  "browser.startup.page": 0,
  "datareporting.policy.dataSubmissionEnabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "services.settings.server": "data:,",
  "toolkit.telemetry.server": "",
};

/** BiDi can't set the color scheme in every version, so a preference does. */
const COLOR_SCHEME = "layout.css.prefers-color-scheme.content-override";

/** Passes what nobody caught to a channel; runs in each page before its own scripts. */
const REPORT_FAULTS = `(report) => {
  addEventListener("error", ({ error, message }) => report(String(error ?? message)));
  addEventListener("unhandledrejection", ({ reason }) => report(String(reason)));
}`;

/** What that script sent. */
interface Fault {
  readonly channel: string;
  readonly data: { readonly value?: unknown };
}

/** Starts it without a window. */
export async function launchFirefox(look: Look = {}): Promise<Browser> {
  const process = await FirefoxProcess.start(await find(FIREFOX), look);
  try {
    const bidi = await Bidi.connect(`${await process.address}/session`);
    const { capabilities } = await bidi.send<{ capabilities: { browserVersion: string } }>(
      "session.new",
      { capabilities: { alwaysMatch: { unhandledPromptBehavior: { default: "ignore" } } } },
    );
    const faults = new Map<string, string[]>();
    await bidi.listen<Fault>("script.message", ({ channel, data }) => {
      faults.get(channel)?.push(String(data.value));
    });
    return {
      name: `Firefox ${capabilities.browserVersion}`,
      open: (count) => openTabs(bidi, { count, look, faults }),
      async [Symbol.asyncDispose]() {
        try {
          await bidi.send("browser.close");
          await bidi.close();
          await process.ended();
        } finally {
          await process[Symbol.asyncDispose]();
        }
      },
    };
  } catch (error) {
    await process[Symbol.asyncDispose]();
    throw error;
  }
}

/** Opens windows, because a tab that isn't in front gets its timers late. */
async function openTabs(bidi: Bidi, { count, look, faults }: {
  readonly count: number;
  readonly look: Look;
  readonly faults: Map<string, string[]>;
}): ReturnType<Browser["open"]> {
  const { userContext } = await bidi.send<{ userContext: string }>("browser.createUserContext");
  const ownFaults: string[] = [];
  faults.set(userContext, ownFaults);
  await bidi.send("script.addPreloadScript", {
    functionDeclaration: REPORT_FAULTS,
    arguments: [{ type: "channel", value: { channel: userContext } }],
    userContexts: [userContext],
  });
  const tabs: Tab[] = [];
  for (let made = 0; made < count; made++) {
    const { context } = await bidi.send<{ context: string }>("browsingContext.create", {
      type: "window",
      userContext,
    });
    if (look.viewport) {
      const { viewport } = look;
      await bidi.send("browsingContext.setViewport", { context, viewport });
    }
    tabs.push(new FirefoxTab(bidi, context));
  }
  return {
    tabs,
    faults: ownFaults,
    async [Symbol.asyncDispose]() {
      await bidi.send("browser.removeUserContext", { userContext });
      faults.delete(userContext);
    },
  };
}

/** The program, with a profile of its own. */
class FirefoxProcess implements AsyncDisposable {
  /** `ws:` and where it listens. */
  readonly address: Promise<string>;
  readonly #child: Deno.ChildProcess;
  readonly #profile: string;
  readonly #read: Promise<void>;

  static async start(path: string, { colorScheme = "light" }: Look): Promise<FirefoxProcess> {
    const profile = await Deno.makeTempDir({ prefix: "firefox-profile-" });
    const all = { ...PREFERENCES, [COLOR_SCHEME]: colorScheme === "dark" ? 0 : 1 };
    const lines = Object.entries(all).map(([name, value]) =>
      `user_pref("${name}", ${JSON.stringify(value)});\n`
    );
    await Deno.writeTextFile(`${profile}/user.js`, lines.join(""));
    try {
      return new FirefoxProcess(path, profile);
    } catch (error) {
      await Deno.remove(profile, { recursive: true });
      throw error;
    }
  }

  private constructor(path: string, profile: string) {
    this.#profile = profile;
    this.#child = new Deno.Command(path, {
      args: ["--headless", "--no-remote", "--remote-debugging-port=0", "--profile", profile],
      env: { HOME: profile }, // as root it doesn't start in another user's
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const address = Promise.withResolvers<string>();
    this.address = soon(address.promise, "Firefox listens");
    this.#read = this.#readErrors(address);
  }

  /** Finds the address in what it prints, and goes on reading, so that it's never blocked. */
  async #readErrors({ resolve, reject }: PromiseWithResolvers<string>): Promise<void> {
    let text = "";
    for await (const part of this.#child.stderr.pipeThrough(new TextDecoderStream())) {
      text = (text + part).slice(-10_000);
      const [, address] = /WebDriver BiDi listening on (ws:\S+)\n/.exec(text) ?? [];
      if (address !== undefined) resolve(address);
    }
    reject(new Error(`Cannot start Firefox; it printed:\n${text}`));
  }

  /** Resolves when it has ended by itself. */
  async ended(): Promise<void> {
    await soon(this.#child.status, "Firefox ends");
  }

  /** Ends it, if it's still there, and removes its profile. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // it has ended already
    }
    await this.#child.status;
    await this.#read;
    await Deno.remove(this.#profile, { recursive: true });
  }
}
