import { FrameError } from "../../session/parse_json.ts";

/** The error for a message or a mark that the peer must not send. */
export function invalid(what: string): FrameError {
  return new FrameError(`Cannot read a stream: invalid ${what}`);
}

export function isCount(value: unknown, least: number): value is number {
  return Number.isSafeInteger(value) && value as number >= least;
}
