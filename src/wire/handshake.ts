import type { Codec } from "./codec.ts";
import { encodeError } from "./encode_error.ts";
import { linked, linkedCodec } from "./linked.ts";
import { plain, plainInsisting } from "./plain.ts";
import type { ValueEncoding } from "../types/values.ts";

/** The version of linked mode. */
const VERSION = 1;

/** What this library can do in linked mode. `frames` is the codec itself. */
const FEATURES: readonly string[] = ["frames", "batch", "cancel", "deadline", "quiet"];

/** Offered beside these by a client whose runtime holds frames back. */
const TRAIL = "trail";

/** All of them. */
const KNOWN: readonly string[] = [...FEATURES, TRAIL];

/** The name of values that are JSON alone. */
const JSON_VALUES = "json";

/** What an acceptor answers to a connector that agreed on nothing but plain messages. */
const ACCEPTED = "1";

/** What a connector offered; the acceptor names in its answer what both use. */
export interface Offer {
  /** The version of the linked protocol. */
  readonly version: 1;
  /** Names of features, known and unknown. */
  readonly features: readonly string[];
  /** Names of encodings of values, the preferred one first. */
  readonly values: readonly string[];
}

/** The first frame of a connection, as an acceptor reads it. */
export type Greeting =
  | { readonly kind: "header"; readonly header: unknown; readonly offer: Offer | undefined }
  | { readonly kind: "foreign" };

/** The answer to a header, as a connector reads it. */
export type Answer =
  | { readonly kind: "accepted"; readonly codec: Codec; readonly features: readonly string[] }
  | { readonly kind: "foreign" };

/** What a connector brings to the handshake. */
export interface Wishes {
  /** `"plain"` offers the messages of TGrid alone. */
  readonly wire: "linked" | "plain";
  /** Its runtime holds frames back until something comes in. */
  readonly stalls: boolean;
  /** How it tells values, if not as JSON alone. */
  readonly values: ValueEncoding | undefined;
}

/**
 * The connector's first frame. The offer's mere presence says that this connector loses no early
 * call; a peer of another make ignores it.
 *
 * @throws {EncodeError} If the header can't be encoded.
 */
export function writeHeader(header: unknown, { wire, stalls, values }: Wishes): string {
  const features = wire !== "linked" ? [] : stalls ? KNOWN : FEATURES;
  try {
    const names = values === undefined ? [JSON_VALUES] : [values.encoding, JSON_VALUES];
    return JSON.stringify({ header, link: { version: VERSION, features, values: names } });
  } catch (cause) {
    throw encodeError("header", header, cause);
  }
}

/** Reads the connector's first frame. A header that was `undefined` has no key on the wire. */
export function readHeader(frame: string): Greeting {
  const fields = parseObject(frame);
  if (fields === undefined) return { kind: "foreign" };
  return {
    kind: "header",
    header: Object.hasOwn(fields, "header") ? fields.header : undefined,
    offer: Object.hasOwn(fields, "link") ? readOffer(fields.link) : undefined,
  };
}

/** The acceptor's choice: its answer, and what both ends use from then on. */
export function chooseCodec(
  offer: Offer | undefined,
  values: ValueEncoding | undefined,
): { readonly answer: string; readonly codec: Codec; readonly features: readonly string[] } {
  // ours, of which the offer has some: what is offered a thousand times is answered once
  const features = KNOWN.filter((name) => offer?.features.includes(name));
  if (offer === undefined || !features.includes("frames")) {
    return { answer: ACCEPTED, codec: plainFor(values), features: [] };
  }
  const isAgreed = values !== undefined && offer.values.includes(values.encoding);
  const link = { version: VERSION, features, values: isAgreed ? values.encoding : JSON_VALUES };
  return {
    answer: JSON.stringify({ accept: 1, link }),
    codec: linkedFor(values, isAgreed),
    features,
  };
}

function linkedFor(values: ValueEncoding | undefined, isAgreed: boolean): Codec {
  return values === undefined ? linked : linkedCodec({ encoding: values, isAgreed });
}

function plainFor(values: ValueEncoding | undefined): Codec {
  return values === undefined ? plain : plainInsisting(values);
}

/** Does this client hold frames back until something comes in? */
export function isStalling(features: readonly string[]): boolean {
  return features.includes(TRAIL);
}

/** Reads the acceptor's answer. */
export function readAnswer(frame: string, values: ValueEncoding | undefined): Answer {
  if (frame === ACCEPTED) return { kind: "accepted", codec: plainFor(values), features: [] };
  const fields = parseObject(frame);
  if (fields?.accept !== 1) return { kind: "foreign" };
  const link = readOffer(fields.link);
  if (link?.features.includes("frames") !== true) return { kind: "foreign" };
  const chosen = (fields.link as { values?: unknown }).values;
  const isAgreed = values !== undefined && chosen === values.encoding;
  // what was not offered can't be answered
  if (!isAgreed && chosen !== JSON_VALUES) return { kind: "foreign" };
  return { kind: "accepted", codec: linkedFor(values, isAgreed), features: link.features };
}

/** Of another version than ours, nothing is known: as if there were no offer of a link at all. */
function readOffer(link: unknown): Offer | undefined {
  if (typeof link !== "object" || link === null) return undefined;
  const { version, features, values } = link as Record<string, unknown>;
  return version === VERSION
    ? { version, features: stringsOf(features), values: stringsOf(values) }
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
    return undefined; // not JSON: not a peer of this protocol
  }
}
