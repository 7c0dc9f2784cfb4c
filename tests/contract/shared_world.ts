import { type Visit, World } from "./world.ts";

/** A world with one connection, for cases that only make calls. */
export class SharedWorld extends World {
  #visit: Promise<Visit> | undefined;

  override visit(...given: Parameters<World["visit"]>): Promise<Visit> {
    if (given.length > 0) throw new Error("Cannot share a visit that has a path or an offer");
    return this.#visit ??= super.visit();
  }

  override async end(): Promise<void> {
    this.#visit = undefined;
    await super.end();
  }
}
