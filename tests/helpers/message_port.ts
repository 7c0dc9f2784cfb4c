import { Communicator, type Invoke } from "../../mod.ts";

/** Calls over a `MessagePort`: values are cloned, so that dates and maps stay what they are. */
export class PortEnd<P extends object | null, R extends object | null> extends Communicator<P, R> {
  #port: MessagePort | undefined;

  constructor(port: MessagePort, provider: P) {
    super(provider);
    this.#port = port;
    port.onmessage = ({ data }) => {
      if (data === null) this.#end();
      else this.replyData(data);
    };
  }

  /** Ends both ends. */
  stop(): void {
    this.#port?.postMessage(null);
    this.#end();
  }

  protected inspectReady(method: string): Error | null {
    return this.#port ? null : new Error(`Cannot do "${method}": the port is closed`);
  }

  protected sendData(invoke: Invoke): Promise<void> {
    this.#port!.postMessage(invoke);
    return Promise.resolve();
  }

  #end(): void {
    this.#port?.close();
    this.#port = undefined;
    void this.destructor();
  }
}
