/** A worker that runs `programs/calculator.ts`, in the tests of workers. */
import { structured, WorkerConnector } from "../../mod.ts";

/** What the calculator offers. */
export interface Calculator {
  name(): string;
  plus(x: number, y: number): number;
  mean(...numbers: number[]): number;
  fail(): void;
  echo<T>(value: T): T;
  hang(): Promise<void>;
  aborted(): void;
  leave(): string;
  die(): void;
  crash(): void;
}

/** What the program offers to the calculator. */
export interface Screen {
  show(text: string): void;
}

export type CalculatorConnector = WorkerConnector<{ name: string }, Screen, Calculator>;

export const CALCULATOR = urlOf("calculator.ts");

/** The URL of a program beside the tests. */
export function urlOf(program: string): string {
  return import.meta.resolve(`./programs/${program}`);
}

/** A connector whose screen keeps its lines. */
export function calculatorConnector(
  type?: "process" | "thread",
): { connector: CalculatorConnector; lines: string[] } {
  const lines: string[] = [];
  const screen = { show: (text: string) => void lines.push(text) };
  return { connector: new WorkerConnector({ name: "Ada" }, screen, type), lines };
}

/** A connector to a calculator, with structured values. */
export async function connected(
  options: WorkerConnector.ConnectOptions = {},
): Promise<{ connector: CalculatorConnector; lines: string[] }> {
  const pair = calculatorConnector();
  await pair.connector.connect(CALCULATOR, { use: [structured], ...options });
  return pair;
}
