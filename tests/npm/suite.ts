/**
 * The tests of the npm package, whichever way it was built: `deno task build:npm`, then
 * `deno task test:npm`. One file, so that the tools are installed once. Linux alone: the runtimes
 * come as its programs.
 */
import "./bundles.ts";
import "./cuts.ts";
import "./faults.ts";
import "./nestia.ts";
import "./old_targets.ts";
import "./own_server.ts";
import "./package.ts";
import "./passing.ts";
import "./ports.ts";
import "./programs.ts";
import "./runtimes.ts";
import "./test_runners.ts";
import "./types.ts";
import "./without_websocket.ts";
import "./workers.ts";
