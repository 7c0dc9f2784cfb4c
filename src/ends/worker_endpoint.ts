import { define, WebSocketError } from "../errors.ts";
import type { Ending } from "../session/link.ts";
import { ConnectorEndpoint } from "./connector_endpoint.ts";
import { WorkerError } from "./worker_error.ts";

/** Calls that a dying worker leaves behind are rejected with errors that say how it ended. */
export class WorkerConnectorEndpoint extends ConnectorEndpoint {
  override ended(ending: Ending, error: Error | undefined): void {
    if (error instanceof WebSocketError) {
      const { message, cause } = error;
      this.rpc.reject(() => true, ({ path }) => {
        const own = new WorkerError(`Cannot finish "${path}": ${message}`, { cause });
        define(own, "method", path, false);
        return own;
      });
    }
    super.ended(ending, error);
  }
}
