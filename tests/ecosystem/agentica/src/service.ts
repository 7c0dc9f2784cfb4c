import { Agentica, IAgenticaController, IAgenticaEventJson } from "@agentica/core";

/** What a client provides, as with `@agentica/rpc`. */
export interface IListener {
  userMessage(event: IAgenticaEventJson.IUserMessage): Promise<void>;
  initialize?(event: IAgenticaEventJson.IInitialize): Promise<void>;
  select?(event: IAgenticaEventJson.ISelect): Promise<void>;
  call?(event: IAgenticaEventJson.ICall): Promise<object | null | undefined | void>;
  execute?(event: IAgenticaEventJson.IExecute): Promise<void>;
  describe(event: IAgenticaEventJson.IDescribe): Promise<void>;
}

/** What the server provides, as with `@agentica/rpc`. */
export interface IService {
  conversate(content: string): Promise<void>;
  getControllers(): Promise<IAgenticaController<"chatgpt">[]>;
}

/** Lets a client talk to an agent and follow what it does. */
export class Service implements IService {
  public constructor(private readonly agent: Agentica<"chatgpt">, listener: IListener) {
    agent.on("userMessage", async (event) => void listener.userMessage(event.toJSON()));
    agent.on("initialize", async (event) => void listener.initialize!(event.toJSON()));
    agent.on("select", async (event) => void listener.select!(event.toJSON()));
    agent.on("call", async (event) => void await listener.call!(event.toJSON()));
    agent.on("execute", async (event) => void listener.execute!(event.toJSON()));
    agent.on("describe", async (event) => {
      await event.join();
      await listener.describe(event.toJSON());
    });
  }

  public async conversate(content: string): Promise<void> {
    await this.agent.conversate(content);
  }

  public async getControllers(): Promise<IAgenticaController<"chatgpt">[]> {
    return [...this.agent.getControllers()];
  }
}
