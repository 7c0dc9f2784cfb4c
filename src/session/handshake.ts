import { DEFAULT_LIMITS, type Limits } from "../limits.ts";
import { type Agreement, agreementOf, type Fields, JSON_VALUES, PLAIN } from "./agreement.ts";
import { encodeError } from "./encode_error.ts";
import type { PluggedFeature } from "./feature.ts";
import type { LinkOwner } from "./link.ts";
import { isDeeperThan, isLongerThan } from "./parse_json.ts";

const VERSION = 1;
/** Refusals are marked: no error that a provider throws can be mistaken for one. */
export const REFUSALS = "refusals";
/** Always offered in linked mode. */
const FEATURES: readonly string[] = ["frames", "batch", "cancel", "deadline", "quiet", REFUSALS];
/** Offered only by a client whose runtime holds frames back. */
const TRAIL = "trail";

/** The fields that tell the other end how deep its values may be. */
export function toldLimits({ depth }: Limits): Fields {
  return depth === DEFAULT_LIMITS.depth ? {} : { depth: Math.min(depth, Number.MAX_SAFE_INTEGER) };
}

/** How deep a message may be for the other end. A plain peer sends no limit, so this end's counts. */
export function depthFor({ isLinked }: Agreement, { depth }: Fields, own: Limits): number {
  const told = depth as number ?? (isLinked ? DEFAULT_LIMITS.depth : own.depth); // unchecked
  return isLinked ? told - 1 : told; // a linked frame may be a list of messages
}

/** What a connector offered. */
export interface Offer {
  readonly features: readonly string[];
  readonly values: readonly string[];
  readonly fields: Fields;
}

/** The connector's first frame. */
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

/** Reads the connector's first frame; `undefined` if it is not a header. */
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

/** Is the first frame of the other end within the limits? Ends the connection if not. */
export function mayBeHeader(
  frame: string,
  { headerBytes, depth }: Limits,
  owner: Pick<LinkOwner, "broke">,
): boolean {
  if (isLongerThan(frame, headerBytes)) owner.broke("headerBytes", 1009, "The header is too long");
  else if (isDeeperThan(frame, depth)) owner.broke("depth", 1008, "The header is nested too deep");
  else return true;
  return false;
}

/** The acceptor's choice among the offer. */
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

/** Reads the acceptor's answer; `undefined` if it is not an answer. */
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

/** Does this client hold frames back until something comes in? */
export function isStalling(features: Iterable<string>): boolean {
  return [...features].includes(TRAIL);
}

export function isAgreed(
  { features, values }: Agreement,
  { name, isEncoding }: PluggedFeature,
): boolean {
  return isEncoding === true ? values === name : features.has(name);
}

/** An offer of another version counts as none. */
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
