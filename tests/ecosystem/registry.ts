/** An npm registry with the built package in it, so that package managers install it by its name. */
import { createHash } from "node:crypto";
import { published, succeed } from "../npm/workshop.ts";

/** A registry on this machine. */
export interface Registry extends AsyncDisposable {
  /** Its address, without a slash at its end. */
  readonly url: string;
}

/** Serves the built package as it would be published, and other packages from npm's registry. */
export async function startRegistry(): Promise<Registry> {
  const upstream = (await succeed(["npm", "config", "get", "registry"])).trim();
  const folder = await published();
  const manifest = JSON.parse(await Deno.readTextFile(`${folder}/package.json`));
  const file = `${manifest.name}-${manifest.version}.tgz`;
  const tarball = await Deno.readFile(`${folder}/../${file}`);
  const end = new AbortController();
  const options = { port: 0, hostname: "127.0.0.1", signal: end.signal, onListen() {} };
  const server = Deno.serve(options, (request) => {
    const { pathname, search } = new URL(request.url);
    if (pathname === `/${file}`) return new Response(tarball);
    if (pathname === `/${manifest.name}`) return Response.json(packument);
    return forward(new URL(pathname.slice(1) + search, upstream), request);
  });
  const url = `http://127.0.0.1:${server.addr.port}`;
  const packument = packumentOf(manifest, `${url}/${file}`, tarball);
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      end.abort(); // a graceful end would wait for downloads that were given up
      await server.finished;
    },
  };
}

/** What a registry says of a package with one version. */
function packumentOf(
  manifest: { readonly name: string; readonly version: string },
  tarball: string,
  bytes: Uint8Array,
): unknown {
  const { name, version } = manifest;
  const dist = {
    tarball,
    shasum: createHash("sha1").update(bytes).digest("hex"),
    integrity: `sha512-${createHash("sha512").update(bytes).digest("base64")}`,
  };
  return {
    name,
    "dist-tags": { latest: version },
    time: { [version]: "2026-01-01T00:00:00.000Z" }, // some managers wait until a release is old
    versions: { [version]: { ...manifest, dist } },
  };
}

async function forward(url: URL, request: Request): Promise<Response> {
  const { status, headers, body } = await fetch(url, {
    headers: { accept: request.headers.get("accept") ?? "*/*" },
  });
  const type = headers.get("content-type") ?? "application/octet-stream";
  return new Response(body, { status, headers: { "content-type": type } });
}
