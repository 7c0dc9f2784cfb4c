/** The subject of messages to all processes. */
export const PROCESSES = "processes";

/** The subject of messages to one process. */
export function processSubject(id: string): string {
  return `process.${id}`;
}

/** The subject of messages to the processes with a group. */
export function groupSubject(token: string): string {
  return `group.${token}`;
}

/** Longer names become hashes. Message systems limit the length of a subject. */
const LONGEST = 30;

/**
 * Converts the name of a group to a part of a subject. Each name has its own, which consists of
 * letters, digits, `-` and `_`, so that no name can contain a wildcard or another subject.
 */
export async function tokenOf(name: string): Promise<string> {
  if (name.length > LONGEST) return `h${await hashOf(name)}`;
  // by UTF-16 code units, because in UTF-8 all lone surrogates are the same
  const text = name.replace(/[^A-Za-z0-9-]/g, (unit) => {
    return `_${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
  return `n${text}`;
}

async function hashOf(name: string): Promise<string> {
  const units = new Uint16Array(name.length);
  for (let at = 0; at < name.length; at++) units[at] = name.charCodeAt(at);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", units));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
