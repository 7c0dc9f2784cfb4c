const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);

/** The path from the project's folder, with `/` on every system. */
export function projectPath({ filename }: Deno.lint.RuleContext): string {
  const path = filename.replaceAll("\\", "/").replace(/^(?=[A-Za-z]:)/, "/");
  return path.startsWith(ROOT) ? path.slice(ROOT.length) : path;
}
