/** What the tests use of a browser, whichever it is. */

/** A browser without a window. Disposing of it closes its tabs. */
export interface Browser extends AsyncDisposable {
  /** For people: "Firefox 140.6.0". */
  readonly name: string;
  /** Opens empty tabs that share no storage with those of other calls. */
  open(count: number): Promise<Tabs>;
}

/** How a browser shows pages. */
export interface Look {
  /** The size of a page, in CSS pixels. */
  readonly viewport?: { readonly width: number; readonly height: number };
  /** What the user prefers. */
  readonly colorScheme?: "light" | "dark";
}

/** Some tabs. Disposing of them closes them. */
export interface Tabs extends AsyncDisposable {
  readonly tabs: readonly Tab[];
  /** What their pages threw, or rejected, without catching it. Workers aren't included. */
  readonly faults: readonly string[];
}

/** One tab. Its methods wait, but for no longer than a minute. */
export interface Tab {
  /** Resolves when the page has loaded. */
  goto(url: string): Promise<void>;
  /**
   * Calls a function in the page, without a time limit. It must not use names from around it. Its
   * argument and its result are sent as JSON.
   */
  evaluate<R>(run: () => R | Promise<R>): Promise<R>;
  evaluate<A, R>(run: (argument: A) => R | Promise<R>, argument: A): Promise<R>;
  /** Runs a script in the page, even if the page's policy doesn't allow it. */
  inject(source: string): Promise<void>;
  /** Clicks the button with this accessible name when it's enabled. */
  click(name: string): Promise<void>;
  /** Replaces the text of the text field with this accessible name. */
  fill(name: string, text: string): Promise<void>;
  /** Presses the Enter key. */
  pressEnter(): Promise<void>;
  /** Cuts the page off from the network, or connects it again. Pages get an event then. */
  setOffline(isOffline: boolean): Promise<void>;
  /** Writes a PNG file of what is visible. */
  screenshot(path: string): Promise<void>;
  close(): Promise<void>;
}

/** Where to look for a browser. */
export interface Program {
  /** For people: "Firefox". */
  readonly name: string;
  /** The environment variable that names another program. */
  readonly variable: string;
  /** The usual paths. */
  readonly places: readonly string[];
  /** The Debian package. */
  readonly debian: string;
}

/** The path of a browser's program; throws an `Error` that says how to get one if there's none. */
export async function find({ name, variable, places, debian }: Program): Promise<string> {
  const named = Deno.env.get(variable);
  const candidates = named ? [named] : places;
  for (const path of candidates) {
    const exists = await Deno.stat(path).then(() => true, () => false);
    if (exists) return path;
  }
  throw new Error(
    `Cannot open a page: no ${name} at "${candidates.join('", "')}"; run "apt-get update && ` +
      `apt-get install -y ${debian}", or set ${variable} to the path of one`,
  );
}
