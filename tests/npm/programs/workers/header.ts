/** A worker that reads its header before it opens, and whose function closes it. */
import { WorkerServer } from "tgrid";

export interface IHeader {
  readonly precision: number;
  readonly names: string[];
}
export interface IProvider {
  round(value: number): string;
  names(): string[];
  state(): number;
  leave(): string;
}

async function main(): Promise<void> {
  const server: WorkerServer<IHeader, IProvider, null> = new WorkerServer();
  const header = await server.getHeader();
  await server.open({
    round: (value) => value.toFixed(header.precision),
    names: () => header.names,
    state: () => server.state,
    leave: () => {
      setTimeout(() => void server.close(), 50);
      return "so long";
    },
  });
}
void main();
