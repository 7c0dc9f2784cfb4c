/** Reads the project's pages: their headings, links and code blocks. */
import { filesIn } from "../../tools/source.ts";

/** The project's folder. */
export const ROOT = new URL("../../", import.meta.url);

/** A code block of TypeScript. */
export interface Block {
  /** The file that it is written to: the name in its first line, or one of its own. */
  readonly file: string;
  readonly code: string;
  /** Whether it is run, and not only type-checked. */
  readonly isRun: boolean;
}

/** The blocks under one heading: one program. */
export interface Section {
  readonly heading: string;
  readonly blocks: readonly Block[];
}

/** Every page for readers, by its path from the project's folder. */
export async function pagePaths(): Promise<string[]> {
  return [
    "README.md",
    "CHANGELOG.md",
    ...await filesIn("docs", /\.md$/),
    ...await filesIn(".github", /\.md$/),
  ];
}

/** The text of a page. */
export function textOf(path: string): Promise<string> {
  return Deno.readTextFile(new URL(path, ROOT));
}

/** The programs of a page, by heading. Blocks that say `ignore` are left out. */
export function sectionsOf(text: string): Section[] {
  const sections: { heading: string; blocks: Block[] }[] = [{ heading: "", blocks: [] }];
  for (const [whole, heading, info, code] of text.matchAll(PART)) {
    if (!whole.startsWith("```")) sections.push({ heading: heading!, blocks: [] });
    else if (/^(ts|typescript|js|javascript)\b/.test(info!) && !/ ignore$/.test(info!)) {
      const { blocks } = sections.at(-1)!;
      const file = /^\/\/ (\S+\.ts)\n/.exec(code!)?.[1] ?? `block_${blocks.length + 1}.ts`;
      blocks.push({ file, code: code!, isRun: !/ no-run$/.test(info!) });
    }
  }
  return sections.filter(({ blocks }) => blocks.length > 0);
}

/** A heading, or a whole code block, so that what looks like a heading in one is none. */
const PART = /^#{1,6} (.+)$|^ *```(.*)\n([^]*?)^ *```$/gm;

/** The text without its code blocks. */
export function proseOf(text: string): string {
  return text.replace(/^ *```[^]*?^ *```$/gm, "");
}

/** The anchors of a page's headings, as GitHub makes them. */
export function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading] of proseOf(text).matchAll(/^#+ (.+)$/gm)) {
    const plain = heading!.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1");
    const anchor = plain.toLowerCase().replace(/[^\p{L}\p{N}_\- ]/gu, "").replaceAll(" ", "-");
    let name = anchor;
    for (let again = 1; anchors.has(name); again++) name = `${anchor}-${again}`;
    anchors.add(name);
  }
  return anchors;
}

/** The targets of a page's links. */
export function linksOf(text: string): string[] {
  return [...proseOf(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
}
