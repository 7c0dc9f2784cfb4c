import { WorkerSocket } from "../../src/ends/worker_socket.ts";
import type { Channel } from "../../src/runtimes/worker_types.ts";

/** A socket over a channel that does nothing by itself. Everything that happens is in `log`. */
export class ScriptedChannel implements Channel {
  readonly log: unknown[] = [];
  readonly socket: WorkerSocket;

  constructor(isServer: boolean) {
    this.socket = new WorkerSocket(isServer);
    for (const type of ["open", "message", "error", "close"]) {
      this.socket.addEventListener(type, (event) => {
        const { data, message, code, reason } = event;
        const what = {
          open: [],
          message: [data instanceof ArrayBuffer ? [...new Uint8Array(data)] : data],
          error: [message],
          close: [code, reason],
        }[type]!;
        this.log.push([type, ...what]);
      });
    }
  }

  post(message: unknown): void {
    this.log.push(["post", message]);
  }
  terminate(): void {
    this.log.push(["terminate"]);
  }
  reap(): void {
    this.log.push(["reap"]);
  }
}
