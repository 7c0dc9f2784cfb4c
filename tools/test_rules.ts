/** What a test file must not do: switch a sanitizer off, leave itself out, or leave others out. */
import { withoutText } from "./source.ts";

const RULES: readonly { readonly pattern: RegExp; readonly says: string }[] = [
  {
    // Any value but a plain `true`, shorthand and computed ones as well.
    pattern: /\bsanitize(?:Ops|Resources|Exit)\b["'\]]*(?!["'\]]*\s*:\s*true\b)/,
    says: "switches a sanitizer off",
  },
  {
    // Texts are blank here: a member of that name that is a text is no option of Deno's.
    pattern: /(?:\b|["'])(?:ignore|only)["'\]]*\s*:\s*[^\s,)}\]]/,
    says: "leaves tests out by an option",
  },
  {
    // These two take texts as well.
    pattern: /(?:\b|["'])(?:skip|todo)["'\]]*\s*:/,
    says: "leaves tests out by an option",
  },
  {
    pattern: /[{,]\s*(?:ignore|only|skip|todo)\s*[,}]/,
    says: "leaves tests out by an option",
  },
  {
    pattern: /(?:\.|\[["'])(?:ignore|only|skip|todo)(?:["']\])?\s*\(/,
    says: "leaves tests out by a function",
  },
];

/** Says what is wrong with a test file of this text, with the line; nothing where all is well. */
export function testFaults(text: string): string[] {
  const code = withoutText(text);
  return RULES.flatMap(({ pattern, says }) => {
    const found = code.search(pattern);
    return found < 0 ? [] : [`line ${code.slice(0, found).split("\n").length} ${says}`];
  });
}
