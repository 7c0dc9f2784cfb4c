/**
 * The tests in browsers: `deno task test:browser`. A browser that isn't installed makes them fail.
 */
import "../npm/shared_workers.ts";
import "./connect_cases.ts";
import "./cut_cases.ts";
import "./passing_cases.ts";
import "./room_page.ts";
import "./run_page_cases.ts";
import "./worker_cases.ts";
