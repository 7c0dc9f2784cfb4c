import type { LocalMember } from "./local_member.ts";

/** Which members a call is for: those of `only` if it's set, but not those of `except`. */
export interface Targets {
  readonly only: ReadonlySet<string> | undefined;
  readonly except: ReadonlySet<string> | undefined;
}

/** The members of a group on this process. */
export interface Members<Info> {
  readonly all: Iterable<LocalMember<Info>>;
  get(id: string): LocalMember<Info> | undefined;
}

export function isTarget({ only, except }: Targets, id: string): boolean {
  return only?.has(id) !== false && except?.has(id) !== true;
}

/** The members of a process that a call is for. */
export function targetsOf<Info>(
  targets: Targets,
  members: Members<Info>,
): Iterable<LocalMember<Info>> {
  const { only, except } = targets;
  if (only === undefined && except === undefined) return members.all;
  const some = only === undefined
    ? [...members.all]
    : [...only].flatMap((id) => members.get(id) ?? []);
  return some.filter(({ member }) => isTarget(targets, member.id));
}

/** As the two lists of a message. */
export function targetsText({ only, except }: Targets): string {
  return `${JSON.stringify(only && [...only]) ?? null},${
    JSON.stringify(except && [...except]) ?? null
  }`;
}

/** Reads the two lists of a message. `undefined` if they are invalid. */
export function readTargets(only: unknown, except: unknown): Targets | undefined {
  const isList = (value: unknown): value is string[] | null =>
    value === null || (Array.isArray(value) && value.every((one) => typeof one === "string"));
  if (!isList(only) || !isList(except)) return undefined;
  return {
    only: only === null ? undefined : new Set(only),
    except: except === null ? undefined : new Set(except),
  };
}
