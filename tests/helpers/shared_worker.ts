/** A browser's shared worker in this process: each page's port is an end of a channel. */
const scope = globalThis as unknown as Record<string, unknown>;

/** The messages that a page and its worker posted to each other. */
export interface Posted {
  readonly byPage: unknown[];
  readonly byWorker: unknown[];
}

/** Makes this process both a page and a shared worker, until it is disposed. */
export class SharedWorkerPlatform implements Disposable {
  readonly posted: Posted[] = [];
  readonly errors: ((event: { message?: string }) => void)[] = [];
  /** The worker's listeners for pages that connect. */
  readonly #listeners = new Set<EventListener>();
  readonly #ports: MessagePort[] = [];
  readonly #add = globalThis.addEventListener;

  constructor() {
    const connected = (url: string) => this.#connected(url);
    const { errors } = this;
    scope.SharedWorker = class {
      readonly port: MessagePort;
      constructor(url: string) {
        this.port = connected(url);
      }
      set onerror(listener: (event: { message?: string }) => void) {
        errors.push(listener);
      }
    };
    scope.SharedWorkerGlobalScope = class {
      static [Symbol.hasInstance](value: unknown): boolean {
        return value === globalThis;
      }
    };
    scope.addEventListener = (type: string, listener: EventListener) => {
      if (type === "connect") this.#listeners.add(listener);
      else this.#add.call(globalThis, type, listener);
    };
  }

  #connected(url: string): MessagePort {
    if (url === "refused") throw new TypeError("not of this origin");
    const { port1, port2 } = new MessageChannel();
    const posted: Posted = { byPage: [], byWorker: [] };
    for (const [port, list] of [[port1, posted.byPage], [port2, posted.byWorker]] as const) {
      const post = port.postMessage.bind(port) as (message: unknown) => void;
      port.postMessage = (message: unknown) => {
        list.push(message);
        post(message);
      };
    }
    this.posted.push(posted);
    this.#ports.push(port1, port2);
    const event = Object.assign(new Event("connect"), { ports: [port2] });
    setTimeout(() => this.#listeners.forEach((listener) => listener(event)));
    return port1;
  }

  [Symbol.dispose](): void {
    for (const port of this.#ports) port.close();
    delete scope.SharedWorker;
    delete scope.SharedWorkerGlobalScope;
    scope.addEventListener = this.#add;
  }
}
