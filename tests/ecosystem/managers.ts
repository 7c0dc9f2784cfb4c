/** The ways of swapping the package on the migration page, with each package manager. */
import { assertEquals } from "@std/assert";
import { folderOf, succeed } from "../npm/workshop.ts";
import { startRegistry } from "./registry.ts";

const MANAGERS = {
  "@yarnpkg/cli-dist": "4.18.1",
  "pnpm10": "npm:pnpm@10.34.9",
  "pnpm12": "npm:pnpm@12.21.0",
  "yarn": "1.22.22",
};

const RANGE = "npm:sheetbend@^1.3.0";
/** With the range that `@nestia/core` has for `ws`: see the migration page. */
const DEPENDENCIES = { "@nestia/core": "11.3.4", "tgrid": RANGE, "ws": "^7.5.3" };

/** A package manager, how it installs, and what makes it use the package for all. */
interface Manager {
  /** Below the folder of the package managers. */
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly manifest?: Record<string, unknown>;
  readonly files?: Record<string, string>;
}

const WAYS: Readonly<Record<string, Manager>> = {
  "npm": { command: ["npm"], args: ["install", "--no-audit", "--no-fund", "--ignore-scripts"] },
  "npm with an override": {
    command: ["npm"],
    args: ["install", "--no-audit", "--no-fund", "--ignore-scripts"],
    manifest: { overrides: { tgrid: "$tgrid" } },
  },
  "pnpm 10 with an override": {
    command: ["node", "pnpm10/bin/pnpm.cjs"],
    args: ["install", "--ignore-scripts"],
    manifest: { pnpm: { overrides: { tgrid: RANGE } } },
  },
  "pnpm 12 with an override": {
    command: ["@pnpm/exe.linux-x64/pnpm"],
    args: ["install", "--ignore-scripts"],
    files: { "pnpm-workspace.yaml": `overrides:\n  tgrid: ${RANGE}\n` },
  },
  "Yarn 1 with a resolution": {
    command: ["node", "yarn/bin/yarn.js"],
    args: ["install", "--ignore-scripts", "--ignore-engines", "--non-interactive"],
    manifest: { resolutions: { tgrid: RANGE } },
  },
  "Yarn 4 with a resolution": {
    command: ["node", "@yarnpkg/cli-dist/bin/yarn.js"],
    args: ["install", "--mode=skip-build"],
    manifest: { resolutions: { tgrid: RANGE } },
    files: { "yarn.lock": "" },
  },
};

/** Prints which package `tgrid` is, for the program and for `@nestia/core`. */
const PROGRAM = `
const { createRequire } = require("node:module");
const { readFileSync, realpathSync } = require("node:fs");
const nameOf = (require) => JSON.parse(readFileSync(require.resolve("tgrid/package.json"))).name;
const core = createRequire(realpathSync("node_modules/@nestia/core/package.json"));
console.log(nameOf(require), nameOf(core), require("tgrid") === core("tgrid"));
`;

let managers: Promise<string> | undefined;

for (const [name, way] of Object.entries(WAYS)) {
  Deno.test(`a dependency on tgrid gets the package when ${name} installs it`, async () => {
    await using registry = await startRegistry();
    const folder = await folderOf({
      ".npmrc": `registry=${registry.url}/\n`,
      "package.json": JSON.stringify({
        private: true,
        dependencies: DEPENDENCIES,
        ...way.manifest,
      }),
      "program.cjs": PROGRAM,
      ...way.files,
    });
    const all = await (managers ??= installManagers());
    const command = way.command.map((part) => part.includes("/") ? `${all}/${part}` : part);
    await succeed([...command, ...way.args], { cwd: folder, env: environment(registry.url) });
    const printed = await succeed(["node", "program.cjs"], { cwd: folder });
    assertEquals(printed, "sheetbend sheetbend true\n");
  });
}

/** What tells Yarn which registry to use, since it doesn't read `.npmrc`. */
function environment(url: string): Record<string, string> {
  return {
    YARN_REGISTRY: url,
    YARN_NPM_REGISTRY_SERVER: url,
    YARN_UNSAFE_HTTP_WHITELIST: "127.0.0.1",
    YARN_NODE_LINKER: "node-modules",
    YARN_ENABLE_IMMUTABLE_INSTALLS: "false", // where CI is set, the lock file would be final
    YARN_ENABLE_TELEMETRY: "0",
    CI: "",
  };
}

/** The `node_modules` of the package managers. */
async function installManagers(): Promise<string> {
  const folder = await folderOf({ "package.json": JSON.stringify({ dependencies: MANAGERS }) });
  const flags = ["--no-audit", "--no-fund", "--ignore-scripts"];
  await succeed(["npm", "install", ...flags], { cwd: folder });
  await Deno.chmod(`${folder}/node_modules/@pnpm/exe.linux-x64/pnpm`, 0o755);
  return `${folder}/node_modules`;
}
