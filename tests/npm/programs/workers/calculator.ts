/** A worker with a calculator of functions and of objects in it. */
import { WorkerServer } from "tgrid";

class Vector {
  readonly #values: number[] = [];
  size(): number {
    return this.#values.length;
  }
  at(index: number): number {
    return this.#values[index]!;
  }
  push(value: number): void {
    this.#values.push(value);
  }
}

class Calculator {
  readonly scientific = {
    pow: (x: number, y: number) => x ** y,
    statistics: { mean: (...x: number[]) => x.reduce((one, other) => one + other) / x.length },
  };
  readonly vector = new Vector();
  plus(x: number, y: number): number {
    return x + y;
  }
  divides(x: number, y: number): number {
    if (y === 0) throw new Error("Divided by zero.");
    return x / y;
  }
}

export type { Calculator };

const server: WorkerServer<null, Calculator, null> = new WorkerServer();
void server.open(new Calculator());
