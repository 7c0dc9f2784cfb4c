import { HOME, JSR_NAME, NPM_NAME } from "./package.ts";

/** Where a relative link leads: a page for readers, or the file itself for pictures. */
const PAGES = `${HOME}/blob/main/`;
const FILES = `${HOME}/raw/main/`;

/** Code, which holds no links: a block, or a piece in a line. */
const CODE = /(^ *```[^]*?^ *```$|`[^`\n]+`)/m;

/**
 * `README.md` as npm shows it: examples import the npm package, and relative links lead to the
 * repository. Text between `<!-- deno -->` and `<!-- /deno -->` is left out, and
 * `<!-- npm: TEXT -->` becomes TEXT.
 *
 * @throws {Error} If a mark has no counterpart.
 */
export function npmReadmeOf(readme: string): string {
  const text = readme
    .replace(/<!-- deno -->[^]*?<!-- \/deno -->\n*/g, "")
    .replace(/<!-- npm: ([^]*?) -->/g, "$1");
  const left = /<!-- (?:\/?deno -->|npm:)/.exec(text);
  if (left !== null) throw new Error(`README.md has a "${left[0]}" without a counterpart`);
  return text
    .split(CODE)
    .map((part, i) =>
      i % 2 === 0 ? withAbsoluteLinks(part) : part.replaceAll(`"${JSR_NAME}"`, `"${NPM_NAME}"`)
    )
    .join("");
}

function withAbsoluteLinks(prose: string): string {
  return prose
    .replace(
      /(!\[[^\]]*)?\]\((?!#)([^)\s]+)/g,
      (_all, image: string | undefined, target: string) =>
        image === undefined ? `](${new URL(target, PAGES)}` : `${image}](${new URL(target, FILES)}`,
    )
    .replace(
      /\b(src|srcset)="([^"]+)"/g,
      (_all, name, target) => `${name}="${new URL(target, FILES)}"`,
    );
}
