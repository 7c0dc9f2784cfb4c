/** The parts of docs/BENCHMARKS.md and docs/LOAD.md that are written alone, between two comments. */

/** The section of this name, with the comments around it. Empty if the page has none. */
export function sectionIn(page: string, name: string): string {
  return patternOf(name).exec(page)?.[0].trim() ?? "";
}

/** The page with a section: in the place of the one that it had, before the workers', or at its end. */
export function withSection(page: string, name: string, section: string): string {
  const pattern = patternOf(name);
  if (pattern.test(page)) return page.replace(pattern, () => `\n\n${section}\n\n`).trimEnd() + "\n";
  const at = page.indexOf("<!-- workers:");
  const [before, after] = at < 0 ? [page, ""] : [page.slice(0, at), page.slice(at)];
  return `${before.trimEnd()}\n\n${section}\n\n${after}`.trimEnd() + "\n";
}

function patternOf(name: string): RegExp {
  return new RegExp(`\\n*<!-- ${name}: made by .+ -->\\n[^]*?<!-- /${name} -->\\n*`);
}
