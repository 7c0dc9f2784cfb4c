import { Agentica } from "@agentica/core";
import { IAutoBeRpcHeader, IAutoBeRpcListener, IAutoBeRpcService } from "@autobe/interface";
import OpenAI from "openai";
import { AddressInfo, createServer } from "net";
import { Driver, WebSocketAcceptor, WebSocketConnector, WebSocketServer } from "tgrid";

import { model } from "./model";
import { IListener, IService, Service } from "./service";

/** `@autobe/interface` has only types. AutoBE passes drivers where these types are expected. */
export function driverForAutoBe(
  acceptor: WebSocketAcceptor<IAutoBeRpcHeader<"chatgpt">, IAutoBeRpcService, IAutoBeRpcListener>,
): IAutoBeRpcListener {
  return acceptor.getDriver();
}
export function driverOfAutoBe(
  connector: WebSocketConnector<IAutoBeRpcHeader<"chatgpt">, IAutoBeRpcListener, IAutoBeRpcService>,
): IAutoBeRpcService {
  return connector.getDriver();
}

const parameters = {
  type: "object" as const,
  properties: { x: { type: "number" as const }, y: { type: "number" as const } },
  required: ["x", "y"],
  additionalProperties: false as const,
  $defs: {},
};

function agent(): Agentica<"chatgpt"> {
  return new Agentica({
    model: "chatgpt",
    vendor: { model: "local", api: new OpenAI({ apiKey: "none", fetch: model }) },
    controllers: [{
      protocol: "class",
      name: "calculator",
      application: {
        model: "chatgpt",
        options: { reference: false, strict: false, separate: null },
        functions: [{
          name: "plus",
          description: "Adds two numbers.",
          parameters,
          output: { type: "number" },
          validate: (data) => ({ success: true, data }),
        }],
      },
      execute: { plus: ({ x, y }: { x: number; y: number }) => ({ sum: x + y }) },
    }],
  });
}

/** Prints the agent's controllers, and what it did, as JSON. */
async function main(): Promise<void> {
  const server = new WebSocketServer<null, IService, IListener>();
  const port = await freePort();
  await server.open(port, async (acceptor) => {
    await acceptor.accept(new Service(agent(), acceptor.getDriver()));
  });

  const events: unknown[] = [];
  let described = (): void => {};
  const isDescribed = new Promise<void>((resolve) => described = resolve);
  const connector = new WebSocketConnector<null, IListener, IService>(null, {
    userMessage: async ({ type, contents }) => void events.push([type, contents]),
    initialize: async ({ type }) => void events.push([type]),
    select: async ({ type, selection }) => void events.push([type, selection.operation.name]),
    call: async (event) => void events.push([event.type, event.arguments]),
    execute: async (event) => void events.push([event.type, event.arguments, event.value]),
    describe: async ({ type, text }) => {
      events.push([type, text]);
      described();
    },
  });
  await connector.connect(`ws://127.0.0.1:${port}`);
  const driver: Driver<IService> = connector.getDriver();
  const controllers = await driver.getControllers();
  await driver.conversate("What is 2 + 3?");
  await isDescribed;
  await connector.close();
  await server.close();
  console.log(JSON.stringify({ controllers, events }));
}

/** TGrid's server doesn't expose its port. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
void main();
