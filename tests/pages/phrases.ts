/** Phrases that don't belong in the project's pages, comments and messages, and what to write. */
export const PHRASES: readonly (readonly [phrase: RegExp, instead: string])[] = [
  [/\bof (?:yours|ours|one's own|theirs)\b/, "your …, our …"],
  [/\bnone of an?\b|(?<!\b[Tt]here )\b(?:is|are|was) none\b/, "isn't a …"],
  [/(?<!\b[Tt]here )\bis no (?!longer\b|more\b|different\b)/, "isn't a …"],
  [/\bof another make\b|\bother makes\b/, "other implementations"],
  [/\b(?:nobody|somebody|whoever)\b/, "no one, someone, or name the person or program"],
  [/\bwill do\b/, "also works"],
  [/\bby hand(?! them)\b/, "manually, to override"],
  [/\bin (?:silence|earnest|vain)\b/, "silently, in production, without success"],
  [/\bedged with\b/, "that starts or ends with"],
  [/\bstays? at home\b/, "isn't sent"],
  [/\b(?:is|are|be|was|were|been) told\b/, "receives, is notified, learns"],
  [/\btells? (?:of|about)\b/, "reports, describes"],
  [/\bspeaks? of\b/, "describes"],
  [/\bmended\b/, "fixed"],
  [/\bbecomes? of\b/, "happens to"],
  [/\b(?:is|are|was|were) not there\b/, "doesn't exist, is missing"],
  [/\bwho may come in\b|\buntil when\b/i, "authentication, timeouts"],
  [/\bdowntaking\b|\btaking a server down\b/i, "graceful shutdown"],
  [/\bfor ever\b/, "forever, indefinitely"],
  [/\bwhich is all\b|, and that is all\b/, "only"],
  [/\bgives? up on\b/, "stops waiting for"],
  [/\bmakes? of (?:it|them)\b/, "converts it to, returns"],
];

/** Each phrase that a text has, with what to write in its place. */
export function faultsOf(text: string): string[] {
  const plain = text.replace(/\s+(?:\*\s+|\/\/\s+)?/g, " "); // across lines of a comment, too
  return PHRASES.flatMap(([phrase, instead]) => {
    const found = phrase.exec(plain);
    if (found === null) return [];
    const around = plain.slice(Math.max(0, found.index - 30), found.index + 40);
    return [`"${found[0].trim()}" in "… ${around.trim()} …": write ${instead}`];
  });
}
