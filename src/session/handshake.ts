import { DEFAULT_LIMITS, type Limits } from "../limits.ts";
import { type Agreement, agreementOf, type Fields, JSON_VALUES, PLAIN } from "./agreement.ts";
import { encodeError } from "./encode_error.ts";
import type { PluggedFeature } from "./feature.ts";
import type { LinkOwner } from "./link.ts";
import { isDeeperThan, isLongerThan } from "./parse_json.ts";

const VERSION = 1;
/** Refusals are marked, so that an error that a provider throws can't be mistaken for one. */
export const REFUSALS = "refusals";
/** Always offered with the linked wire format, and used on ports. */
export const FEATURES: readonly string[] = [
  "frames",
  "batch",
  "cancel",
  "deadline",
  "quiet",
  REFUSALS,
];
/** Offered only by clients whose runtime delays frames: see `ends/client_pacer.ts`. */
const TRAIL = "trail";

/** The fields with this side's limit `depth`. None if it is the default. */
export function toldLimits({ depth }: Limits): Fields {
  return depth === DEFAULT_LIMITS.depth ? {} : { depth: Math.min(depth, Number.MAX_SAFE_INTEGER) };
}

/** How deeply a message may be nested. A plain peer sends no limit, so this side's applies. */
export function depthFor({ isLinked }: Agreement, { depth }: Fields, own: Limits): number {
  const told = depth as number ?? (isLinked ? DEFAULT_LIMITS.depth : own.depth); // not validated
  return isLinked ? told - 1 : told; // a batch adds a level
}

/** A connector's offer. */
export interface Offer {
  readonly features: readonly string[];
  readonly values: readonly string[];
  readonly fields: Fields;
}

/** Returns the connector's first frame. Throws an `EncodeError`. */
export function writeHeader(
  header: unknown,
  { wire, stalls, use, fields }: {
    readonly wire: "linked" | "plain";
    readonly stalls: boolean;
    readonly use: readonly PluggedFeature[];
    readonly fields: object | undefined;
  },
): string {
  const own = use.filter((one) => !one.isEncoding).map((one) => one.name);
  const features = wire === "plain" ? [] : [...FEATURES, ...stalls ? [TRAIL] : [], ...own];
  const values = [...use.filter((one) => one.isEncoding).map((one) => one.name), JSON_VALUES];
  try {
    return JSON.stringify({ header, link: { version: VERSION, features, values, ...fields } });
  } catch (cause) {
    throw encodeError("header", header, cause);
  }
}

/** Reads the connector's first frame. Returns `undefined` if it isn't a header. */
export function readHeader(
  frame: string,
): { readonly header: unknown; readonly offer: Offer | undefined } | undefined {
  const fields = parseObject(frame);
  if (fields === undefined) return undefined;
  return {
    header: Object.hasOwn(fields, "header") ? fields.header : undefined,
    offer: Object.hasOwn(fields, "link") ? readOffer(fields.link) : undefined,
  };
}

/** Whether the peer's first frame is within the limits. Closes the connection if it isn't. */
export function mayBeHeader(
  frame: string,
  { headerBytes, depth }: Limits,
  owner: Pick<LinkOwner, "broke">,
): boolean {
  if (isLongerThan(frame, headerBytes)) owner.broke("headerBytes", 1009, "The header is too long");
  else if (isDeeperThan(frame, depth)) {
    owner.broke("depth", 1008, "The header is nested too deeply");
  } else return true;
  return false;
}

/** Returns what an acceptor uses of an offer. */
export function choose(offer: Offer | undefined, use: readonly PluggedFeature[]): Agreement {
  if (offer === undefined || !offer.features.includes("frames")) return PLAIN;
  const values = use.find((one) => one.isEncoding && offer.values.includes(one.name))?.name ??
    JSON_VALUES;
  const features = [...FEATURES, TRAIL].filter((name) => offer.features.includes(name));
  for (const { name, isEncoding, needs } of use) {
    if (isEncoding || !offer.features.includes(name)) continue;
    if (needs?.every((other) => other === values || features.includes(other)) !== false) {
      features.push(name);
    }
  }
  return agreementOf(features, values);
}

export function writeAnswer({ isLinked, features, values }: Agreement, fields: object): string {
  if (!isLinked) return "1";
  return JSON.stringify({
    accept: 1,
    link: { version: VERSION, features: [...features], values, ...fields },
  });
}

/** Reads the acceptor's answer. Returns `undefined` if it isn't an answer. */
export function readAnswer(
  frame: string,
  use: readonly PluggedFeature[],
): { readonly agreement: Agreement; readonly fields: Fields } | undefined {
  if (frame === "1") return { agreement: PLAIN, fields: {} };
  const answer = parseObject(frame);
  if (answer?.accept !== 1) return undefined;
  const link = readOffer(answer.link);
  if (link?.features.includes("frames") !== true) return undefined;
  const values = link.fields.values;
  const wasOffered = values === JSON_VALUES ||
    use.some((one) => one.isEncoding && one.name === values);
  if (!wasOffered) return undefined;
  return { agreement: agreementOf(link.features, values as string), fields: link.fields };
}

/** Whether this client's runtime delays frames. */
export function isStalling(features: Iterable<string>): boolean {
  return [...features].includes(TRAIL);
}

export function isAgreed(
  { features, values }: Agreement,
  { name, isEncoding }: PluggedFeature,
): boolean {
  return isEncoding === true ? values === name : features.has(name);
}

/** An offer of another version is ignored. */
function readOffer(link: unknown): Offer | undefined {
  if (typeof link !== "object" || link === null) return undefined;
  const fields = link as Record<string, unknown>;
  return fields.version === VERSION
    ? { features: stringsOf(fields.features), values: stringsOf(fields.values), fields }
    : undefined;
}

function stringsOf(list: unknown): string[] {
  return Array.isArray(list) ? list.filter((item) => typeof item === "string") : [];
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? value as Record<string, unknown>
      : undefined;
  } catch {
    return undefined; // not JSON, so not this protocol
  }
}
