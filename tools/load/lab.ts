import type { Done, Order } from "./client.ts";
import { Program } from "./program.ts";
import type { Holding, Ports } from "./server.ts";

/** Which messages are spoken. */
export type Wire = "linked" | "plain";

/** What the server held at a moment. */
export interface Sample extends Holding {
  readonly moment: string;
  /** Bytes of memory of its process, as the system counts them. */
  readonly resident: number;
}

/** What came of a scenario. */
export interface Outcome {
  readonly title: string;
  /** What was measured beside memory, a sentence each. */
  readonly facts: readonly string[];
  readonly samples: readonly Sample[];
  /** What is not as it should be; nothing where all is well. */
  readonly faults: readonly string[];
}

/** How long a server may take to notice that clients were killed, in ms. */
const NOTICE_AT_MOST = 20_000;

/** A server in a process of its own, clients in others, and what was seen of them. */
export class Lab implements AsyncDisposable {
  readonly samples: Sample[] = [];
  readonly facts: string[] = [];
  readonly faults: string[] = [];
  readonly #server: Program;
  readonly #ports: Ports;
  readonly #wire: Wire;
  readonly #clients = new Set<Client>();

  private constructor(server: Program, ports: Ports, wire: Wire) {
    this.#server = server;
    this.#ports = ports;
    this.#wire = wire;
  }

  /** Starts the server. */
  static async open(wire: Wire): Promise<Lab> {
    const server = new Program("tools/load/server.ts");
    return new Lab(server, await server.hear(), wire);
  }

  /** Starts a client. */
  client(): Client {
    const { port, unlimited, resumable } = this.#ports;
    const urls = [port, unlimited, resumable].map((each) => `ws://127.0.0.1:${each}`);
    const client = new Client(new Program("tools/load/client.ts", [this.#wire, ...urls]), this);
    this.#clients.add(client);
    return client;
  }

  /** Looks at what the server holds. */
  async sample(moment: string): Promise<Sample> {
    const holding = await this.#server.ask<Holding>("hold");
    const sample = { ...holding, moment, resident: this.#server.residentBytes };
    this.samples.push(sample);
    return sample;
  }

  /** Waits until the server has as many connections as it should. */
  async untilConnections(count: number): Promise<void> {
    const begun = performance.now();
    while (performance.now() - begun < NOTICE_AT_MOST) {
      if ((await this.#server.ask<Holding>("count")).connections === count) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    this.faults.push(`the server does not come to ${count} connections`);
  }

  /** Notes what is not as it should be. */
  expect(holds: boolean, fault: string): void {
    if (!holds) this.faults.push(fault);
  }

  /** What came of it. */
  outcome(title: string): Outcome {
    const { facts, samples, faults } = this;
    return { title: `${title} (${this.#wire})`, facts, samples, faults };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) await client[Symbol.asyncDispose]();
    await this.#server[Symbol.asyncDispose]();
  }
}

/** A client in a process of its own. */
export class Client implements AsyncDisposable {
  readonly #program: Program;
  readonly #lab: Lab;

  constructor(program: Program, lab: Lab) {
    this.#program = program;
    this.#lab = lab;
  }

  /** Has it do something; gives how long that took, in ms. */
  async order(order: Order): Promise<number> {
    const { ms, wrong } = await this.#program.ask<Done>(order);
    this.#lab.expect(wrong === 0, `${wrong} wrong answers or failures at "${order.kind}"`);
    return ms;
  }

  /** Kills its process, as a machine that loses power does. */
  async kill(): Promise<void> {
    this.#program.signal("SIGKILL");
    await this.#program.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program[Symbol.asyncDispose]();
  }
}
