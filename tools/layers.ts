/** Who may import whom in `src/`: the check, over a graph that is given. */
import { linesOfCode, withoutText } from "./source.ts";

/** A file of the project, by its path from the project's folder: `src/call/path.ts`. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  /** What it imports, as types as well: a path inside the project, or the name as it is written. */
  readonly imports: readonly string[];
}

/** A room: files of one layer that may import each other. */
interface Room {
  readonly layer: number;
  readonly name: string;
}

/** Folders end in a slash. A file's own name goes before its folder's. */
const LAYERS: readonly (readonly string[])[] = [
  [
    "types/",
    "deadline.ts",
    "errors.ts",
    "events.ts",
    "global_scope.ts",
    "incoming_call.ts",
    "invoke.ts",
    "limits.ts",
    "load.ts",
    "options.ts",
    "warning.ts",
  ],
  ["wire/", "call/", "link/", "serve/"],
  [
    "communicator.ts",
    "connection.ts",
    "connection_end.ts",
    "current_call.ts",
    "end.ts",
    "greeted.ts",
    "inbox.ts",
    "incoming_end.ts",
    "sender.ts",
    "websocket_communicator.ts",
  ],
  ["websocket_connector.ts", "websocket_acceptor.ts"],
  ["websocket_server.ts"],
  ["all.ts"],
];

/** In these layers each entry is a room of its own; in the others all are one. */
const APART: readonly number[] = [1, 3];

/** What `src/` may import from elsewhere. */
const OUTSIDE: readonly string[] = ["@std/async/deadline"];

/** The only files that may know on which runtime they are. */
const RUNTIMES = "src/serve/";

/** The most lines of code that a file may have. */
const MAX_LINES = 300;

/** Says in a sentence each what breaks the layers; nothing where all is in order. */
export function layerFaults(files: readonly SourceFile[]): string[] {
  return [...files.flatMap(fileFaults), ...cycleFaults(files), ...strayFaults(files)];
}

function fileFaults({ path, text, imports }: SourceFile): string[] {
  const faults = imports.flatMap((target) => importFault(path, target) ?? []);
  if (path !== "mod.ts" && !roomOf(path)) faults.push(`"${path}" is in no layer`);
  const lines = linesOfCode(text);
  if (lines > MAX_LINES) faults.push(`"${path}" has ${lines} lines of code, over ${MAX_LINES}`);
  const runtime = withoutText(text).match(/\b(?:Deno|Bun|process)\b(?=\s*\??[.[])/)?.[0];
  if (runtime && !path.startsWith(RUNTIMES)) {
    faults.push(`"${path}" names ${runtime}, which only ${RUNTIMES} may`);
  }
  return faults;
}

function importFault(path: string, target: string): string | undefined {
  const fault = `"${path}" imports "${target}"`;
  if (!/^(mod\.ts$|src\/)/.test(target)) {
    const allowed = OUTSIDE.includes(target) ||
      (target.startsWith("node:") && path.startsWith(RUNTIMES));
    return allowed ? undefined : `${fault}, which is not the project's`;
  }
  const to = roomOf(target);
  const from = roomOf(path) ?? { layer: LAYERS.length, name: path };
  if (!to) return target === "mod.ts" ? `${fault}, from above` : `${fault}, which is in no layer`;
  if (to.layer > from.layer) return `${fault}, from above`;
  if (to.layer === from.layer && to.name !== from.name) return `${fault}, a room beside its own`;
}

function roomOf(path: string): Room | undefined {
  const name = path.replace(/^src\//, "");
  if (name === path) return undefined;
  for (const [layer, entries] of LAYERS.entries()) {
    const entry = entries.find((entry) => name === entry || isFolderOf(entry, name));
    if (entry) return { layer, name: APART.includes(layer) ? entry : `layer ${layer}` };
  }
}

function isFolderOf(entry: string, name: string): boolean {
  return entry.endsWith("/") && name.startsWith(entry);
}

/** A fault for each import that leads back to where the walk came from. */
function cycleFaults(files: readonly SourceFile[]): string[] {
  const imports = new Map(files.map((file) => [file.path, file.imports]));
  const done = new Set<string>();
  const faults: string[] = [];
  const visit = (path: string, trail: readonly string[]) => {
    const start = trail.indexOf(path);
    if (start >= 0) faults.push(`A cycle: ${[...trail.slice(start), path].join(" → ")}`);
    if (start >= 0 || done.has(path)) return;
    for (const target of imports.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const { path } of files) visit(path, []);
  return faults;
}

/** What `mod.ts` does not reach is checked by nobody, so it must not be there. */
function strayFaults(files: readonly SourceFile[]): string[] {
  const imports = new Map(files.map((file) => [file.path, file.imports]));
  const reached = new Set(["mod.ts"]);
  for (const path of reached) {
    for (const target of imports.get(path) ?? []) reached.add(target);
  }
  return files.filter(({ path }) => !reached.has(path))
    .map(({ path }) => `"${path}" is not reached from "mod.ts"`);
}
