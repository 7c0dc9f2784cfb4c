/**
 * A JSR registry on loopback that serves packages from their folders as they stand, so that
 * `jsr:` names resolve on a machine that cannot reach JSR.
 *
 *     deno run -A tools/jsr_mirror.ts [--port=N] FOLDER…
 *     JSR_URL=http://127.0.0.1:N/ deno task test
 *
 * A folder holds a `deno.json` with name, version and exports. Names that an import map gives,
 * its own or its parent folder's, become `jsr:` and `npm:` names in what is served, as they do
 * in publishing.
 */
import { dirname, join, relative } from "node:path";

/** A package, ready to be served. */
interface Package {
  readonly name: string;
  readonly version: string;
  readonly exports: Readonly<Record<string, string>>;
  /** By path from the package's folder, with a leading slash. */
  readonly files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}

/** What is read of a `deno.json`. */
interface Config {
  readonly name?: string;
  readonly version?: string;
  readonly exports?: string | Readonly<Record<string, string>>;
  readonly imports?: Readonly<Record<string, string>>;
}

/** A registry under way. */
export interface Registry {
  /** What `JSR_URL` has to be. */
  readonly url: string;
  /** Stops listening. */
  close(): Promise<void>;
}

const SERVED = /\.(ts|tsx|js|mjs|json|wasm)$/;
const SKIPPED: readonly string[] = [".git", "node_modules", "testdata"];
const IMPORT = /(\b(?:from|import)\s*\(?\s*)"([^"./][^"]*)"/g;

/**
 * Serves the packages in `folders` on 127.0.0.1.
 *
 * @param options `port` to listen on, any free one by default.
 * @throws {TypeError} If a folder's `deno.json` lacks name or version.
 */
export async function serveRegistry(
  folders: readonly string[],
  options: { port?: number } = {},
): Promise<Registry> {
  const packages = await loadPackages(folders);
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: options.port ?? 0, onListen: () => {} },
    ({ url }) => answer(packages, decodeURI(new URL(url).pathname)),
  );
  return { url: `http://127.0.0.1:${server.addr.port}/`, close: () => server.shutdown() };
}

async function answer(packages: readonly Package[], path: string): Promise<Response> {
  const found = packages.find(({ name }) => path.startsWith(`/${name}/`));
  if (!found) return new Response("not found", { status: 404 });
  const { name, version, exports, files } = found;
  const rest = path.slice(name.length + 2);
  if (rest === "meta.json") {
    const [scope, short] = name.slice(1).split("/");
    return Response.json({ scope, name: short, latest: version, versions: { [version]: {} } });
  }
  if (rest === `${version}_meta.json`) {
    return Response.json({ exports, manifest: await manifestOf(files) });
  }
  const bytes = rest.startsWith(`${version}/`) ? files.get(rest.slice(version.length)) : undefined;
  if (!bytes) return new Response("not found", { status: 404 });
  return new Response(bytes, { headers: { "content-type": mediaType(path) } });
}

async function manifestOf(files: Package["files"]): Promise<Record<string, unknown>> {
  const manifest: Record<string, unknown> = {};
  for (const [path, bytes] of files) {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
    manifest[path] = { size: bytes.length, checksum: `sha256-${hex}` };
  }
  return manifest;
}

function mediaType(path: string): string {
  if (/\.tsx?$/.test(path)) return "text/typescript";
  if (/\.m?js$/.test(path)) return "text/javascript";
  return path.endsWith(".wasm") ? "application/wasm" : "application/json";
}

async function loadPackages(folders: readonly string[]): Promise<Package[]> {
  const configs = await Promise.all(folders.map(async (folder) => {
    const config = await readConfig(folder);
    if (config.name && config.version) return { ...config, folder };
    throw new TypeError(`Cannot serve "${folder}": its deno.json has no name or no version`);
  }));
  const served = new Map(configs.map(({ name, version }) => [`${name}`, `${version}`]));
  return await Promise.all(configs.map(async ({ folder, ...config }) => {
    const parent = await readConfig(dirname(folder));
    const imports = { ...parent.imports, ...config.imports };
    const { exports = {} } = config;
    return {
      name: `${config.name}`,
      version: `${config.version}`,
      exports: typeof exports === "string" ? { ".": exports } : exports,
      files: await readFiles(folder, (name) => publishedName(name, { served, imports })),
    };
  }));
}

/** The folder's `deno.json`; empty where there is none. */
async function readConfig(folder: string): Promise<Config> {
  try {
    return JSON.parse(await Deno.readTextFile(join(folder, "deno.json")));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return {};
    throw error;
  }
}

async function readFiles(
  folder: string,
  rename: (name: string) => string,
): Promise<Package["files"]> {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  for await (const path of walk(folder)) {
    const bytes = await Deno.readFile(path);
    const key = `/${relative(folder, path).replaceAll("\\", "/")}`;
    files.set(key, /\.(tsx?|m?js)$/.test(path) ? rewrite(bytes, rename) : bytes);
  }
  return files;
}

async function* walk(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(folder)) {
    if (SKIPPED.includes(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory) yield* walk(path);
    else if (SERVED.test(path)) yield path;
  }
}

function rewrite(
  bytes: Uint8Array<ArrayBuffer>,
  rename: (name: string) => string,
): Uint8Array<ArrayBuffer> {
  const text = new TextDecoder().decode(bytes);
  return new TextEncoder().encode(
    text.replace(IMPORT, (_, head: string, name: string) => `${head}"${rename(name)}"`),
  );
}

interface Names {
  /** The versions of the packages served here, by name. */
  readonly served: ReadonlyMap<string, string>;
  readonly imports: Readonly<Record<string, string>>;
}

/** `@std/internal/diff` as `jsr:@std/internal@1.0.0/diff`, where it is served or mapped to that. */
function publishedName(name: string, { served, imports }: Names): string {
  const own = name.match(/^@[^/]+\/[^/]+/)?.[0] ?? "";
  const version = served.get(own);
  if (version) return `jsr:${own}@${version}${name.slice(own.length)}`;
  for (const [key, target] of Object.entries(imports)) {
    if (!/^(jsr|npm):/.test(target)) continue;
    if (name === key || name.startsWith(`${key}/`)) return target + name.slice(key.length);
  }
  return name;
}

if (import.meta.main) {
  const port = Deno.args.find((arg) => arg.startsWith("--port="))?.slice("--port=".length);
  const folders = Deno.args.filter((arg) => !arg.startsWith("--"));
  const registry = await serveRegistry(folders, { port: Number(port ?? 0) });
  console.log(`JSR_URL=${registry.url}`);
}
