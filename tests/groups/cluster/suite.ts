/**
 * Groups in several server processes over a real `nats-server`, which has to be installed:
 * `deno task test:cluster`.
 */
import "./broadcasts.ts";
import "./calls.ts";
import "./churn.ts";
import "./example.ts";
import "./killed.ts";
import "./over_nats.ts";
import "./restart.ts";
