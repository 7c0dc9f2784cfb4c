import type { Codec } from "./codec.ts";
import { encodeError } from "./encode_error.ts";
import { plain } from "./plain.ts";

/**
 * What a connector of this library offers beside its header. A peer of another make ignores it; to
 * one of ours it says by its mere presence that this connector loses no early call.
 */
const OFFER = { version: 1, features: [], values: ["json"] };

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
  | { readonly kind: "accepted"; readonly codec: Codec }
  | { readonly kind: "foreign" };

/**
 * The connector's first frame.
 *
 * @throws {EncodeError} If the header can't be encoded.
 */
export function writeHeader(header: unknown): string {
  try {
    return JSON.stringify({ header, link: OFFER });
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

/** The acceptor's choice: its answer, and what both ends speak from then on. */
export function chooseCodec(
  _offer: Offer | undefined,
): { readonly answer: string; readonly codec: Codec } {
  return { answer: ACCEPTED, codec: plain };
}

/** Reads the acceptor's answer. */
export function readAnswer(frame: string): Answer {
  return frame === ACCEPTED ? { kind: "accepted", codec: plain } : { kind: "foreign" };
}

/** Of another version than ours, nothing is known: as if there were no offer of a link at all. */
function readOffer(link: unknown): Offer | undefined {
  if (typeof link !== "object" || link === null) return undefined;
  const { version, features, values } = link as Record<string, unknown>;
  return version === 1
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
