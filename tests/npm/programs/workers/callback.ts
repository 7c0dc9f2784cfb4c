/** A worker that calls its program back, also from a call of the program's. */
import { type Driver, WorkerServer } from "tgrid";

export interface IScreen {
  print(text: string): void;
  rows: { count(): number };
  ask(depth: number): Promise<number>;
}
export interface IReporter {
  report(lines: string[]): Promise<number>;
  ask(depth: number): Promise<number>;
}

const server: WorkerServer<null, IReporter, IScreen> = new WorkerServer();
const screen: Driver<IScreen> = server.getDriver();
void server.open({
  async report(lines) {
    for (const line of lines) await screen.print(line);
    return await screen.rows.count();
  },
  ask: async (depth) => depth === 0 ? 0 : 1 + await screen.ask(depth - 1),
});
