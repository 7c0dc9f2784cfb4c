import { importMap } from "../hostile/child.ts";

/** What a program of `programs/` prints, or of an absolute path, as it ended: its errors too, unless it ended well. */
export async function outputOf(program: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--quiet", "--no-check", ...importMap()],
      program.startsWith("/") ? program : `${import.meta.dirname}/programs/${program}`,
      ...args,
    ],
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const [out, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes).trim());
  return code === 0 ? out! : `ended with ${code}: ${out} ${errors}`;
}
