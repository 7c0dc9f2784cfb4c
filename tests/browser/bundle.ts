import { fileURLToPath } from "node:url";
import { denoFlags } from "../ecosystem/example.ts";

/**
 * Bundles a TypeScript file and what it imports into one script for a page or a worker; throws an
 * `Error` with what Deno printed if it can't.
 */
export async function bundle(file: URL): Promise<string> {
  const flags = ["--quiet", "--platform", "browser", ...denoFlags()];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", ...flags, fileURLToPath(file)],
  }).output();
  if (code !== 0) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}
