import { EncodeError } from "../errors.ts";
import type { Invoke } from "../invoke.ts";
import type { Mark, ValueEncoding } from "../types/values.ts";
import { placeOf } from "./encode_error.ts";

/**
 * For a program that chose an encoding of values which the other end does not take: a value that
 * would lose something on the way fails at its own call. Members that are `undefined` vanish, as
 * JSON has it.
 *
 * @throws {EncodeError} With the path of the value.
 */
export function insistOnJson(values: ValueEncoding, message: Invoke): void {
  if ("listener" in message) {
    message.parameters.forEach(({ value }, i) => insist(values, value, `parameters[${i}]`));
  } else if (message.success) insist(values, message.value, "result");
}

function insist(values: ValueEncoding, value: unknown, what: string): void {
  const lost = values.encode(value, what).marks?.find(isLoss);
  if (lost === undefined) return;
  const place = placeOf(what, lost[0]);
  throw new EncodeError(`Cannot encode "${place}": the other end takes JSON alone`);
}

function isLoss([path, type]: Mark): boolean {
  if (type === "=") return false; // JSON.stringify itself throws at a circle
  return type !== "u" || typeof path.at(-1) === "number";
}

/** Is it JSON at all? */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
