// Runs a bundled Worker: node run.mjs BUNDLE COMPATIBILITY_DATE [FLAG]. Prints its address.
import { Miniflare } from "miniflare";

const [path, compatibilityDate, flag] = process.argv.slice(2);
const miniflare = new Miniflare({
  modules: [{ type: "ESModule", path }],
  compatibilityDate,
  compatibilityFlags: flag ? [flag] : [],
  host: "127.0.0.1",
  port: 0,
  name: "worker",
  ...(path.startsWith("tested/") && {
    durableObjects: { ROOMS: "Room" },
    serviceBindings: { SELF: { name: "worker" } },
  }),
});
const url = await miniflare.ready;
console.log(url.origin);
