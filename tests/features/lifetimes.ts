import { callbacks, proxy, ReleasedError, structured } from "../../mod.ts";
import { References } from "../../src/features/callbacks/references.ts";
import { type FeatureSession, stateOf } from "../../src/session/feature.ts";
import { until } from "../helpers/waiting.ts";
import type { Random } from "../network/random.ts";
import { featurePair } from "./feature_pair.ts";

/** The functions that are sent, and the places in which the server keeps them. */
const FUNCTIONS = 40;
const SLOTS = 25;
/** So many steps are taken without waiting, so that releases and sendings cross. */
const AT_ONCE = 20;
/** The connection ends after so many rounds, and another one begins. */
const ROUNDS = 25;

type Held = (() => Promise<number>) & Disposable;

/** What the server keeps. It keeps all drivers, so that only a test's own collection ends one. */
class Shelf {
  readonly slots: (Held | undefined)[] = [];
  readonly all = new Set<Held>();

  keep(slot: number, f: Held | { call: Held }): void {
    this.slots[slot] = f as Held;
    this.all.add(f as Held);
  }

  async call(slot: number): Promise<number | "released"> {
    try {
      return await this.slots[slot]!();
    } catch (error) {
      if (error instanceof ReleasedError) return "released";
      throw error;
    }
  }

  back(slot: number): unknown {
    return this.slots[slot];
  }

  release(slot: number): void {
    this.slots[slot]![Symbol.dispose]();
  }
}

/** One driver of a function, until it is released: the next sending begins another one. */
interface Life {
  readonly id: number;
  isOver: boolean;
}

/** What must be in the tables, by the steps that were taken. */
class Model {
  readonly slots: (Life | undefined)[] = [];
  readonly lives: (Life | undefined)[] = [];

  keep(slot: number, id: number): void {
    let life = this.lives[id];
    if (life === undefined || life.isOver) life = this.lives[id] = { id, isOver: false };
    this.slots[slot] = life;
  }

  get size(): number {
    return this.lives.filter((life) => life?.isOver === false).length;
  }
}

/** Runs so many steps of references' lives, and returns what contradicts the model. */
export async function wrongLifetimes(count: number, random: Random): Promise<string[]> {
  const wrong: string[] = [];
  for (let left = count; left > 0;) left -= await connection(left, random, wrong);
  return wrong;
}

/** One connection's part of it: returns how many steps it took. */
async function connection(most: number, random: Random, wrong: string[]): Promise<number> {
  const use = [structured, callbacks];
  const shelf = new Shelf();
  await using pair = await featurePair({
    use,
    there: shelf,
    accept: { onEvent: () => {} },
  });
  const run = new Run(random, pair.client.getDriver(), wrong);
  let steps = 0;
  for (let round = 0; round < ROUNDS && steps < most; round++) {
    steps += await run.round();
    const lent = stateOf(pair.here[0]!, References).lent;
    const borrowed = stateOf(pair.there[0]!, References).borrowed;
    const { size } = run.model;
    await until(() => lent.size === size, "the releases have arrived");
    if (borrowed.size !== size) wrong.push(`${borrowed.size} are borrowed, and not ${size}`);
  }
  const sessions = [...pair.here, ...pair.there];
  await pair.client.close();
  await until(() => sessions.every(isEmpty), "the ended session holds nothing");
  for (const held of shelf.all) {
    const error = await held().catch((error) => error);
    if (!(error instanceof ReleasedError)) wrong.push(`A call after the end: ${error}`);
  }
  return steps;
}

function isEmpty(session: FeatureSession): boolean {
  const { lent, borrowed } = stateOf(session, References);
  return lent.size === 0 && borrowed.size === 0;
}

// deno-lint-ignore no-explicit-any -- the driver of a `Shelf`, by which functions travel
type Shelves = any;

class Run {
  readonly model = new Model();
  readonly #random: Random;
  readonly #driver: Shelves;
  readonly #wrong: string[];
  readonly #own: readonly (() => number)[];

  constructor(random: Random, driver: Shelves, wrong: string[]) {
    this.#random = random;
    this.#driver = driver;
    this.#wrong = wrong;
    this.#own = Array.from({ length: FUNCTIONS }, (_, id) => {
      const f = () => id;
      return id % 2 === 0 ? f : proxy(f);
    });
  }

  async round(): Promise<number> {
    await Promise.all(Array.from({ length: AT_ONCE }, () => this.#step()));
    return AT_ONCE;
  }

  /** The model takes the step at once, and the server when the call has arrived, in order. */
  #step(): Promise<void> {
    const slot = this.#random.below(SLOTS);
    const life = this.model.slots[slot];
    const act = life === undefined ? 0 : this.#random.below(10);
    if (act < 4) {
      const id = this.#random.below(FUNCTIONS);
      this.model.keep(slot, id);
      return this.#expect(() => this.#driver.keep(slot, this.#own[id]), undefined);
    }
    if (act < 6) {
      return this.#expect(() => this.#driver.call(slot), life!.isOver ? "released" : life!.id);
    }
    if (act < 8) {
      if (life!.isOver) return this.#expect(() => this.#driver.back(slot), "EncodeError");
      // a later step may release it before the return is encoded
      const back = () =>
        this.#driver.back(slot).catch((error: Error) => this.#excuse(life!, error));
      return this.#expect(back, this.#own[life!.id]);
    }
    life!.isOver = true;
    return this.#expect(() => this.#driver.release(slot), undefined);
  }

  #excuse({ id, isOver }: Life, error: Error): unknown {
    return isOver && error.name === "EncodeError" ? this.#own[id] : error.name;
  }

  async #expect(call: () => Promise<unknown>, right: unknown): Promise<void> {
    const value = await call().catch((error) => error.name);
    if (value !== right) this.#wrong.push(`${String(value)} for ${String(right)}`);
  }
}
