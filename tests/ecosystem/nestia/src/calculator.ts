export interface IPrecision {
  value: number;
}

export interface IServed {
  health: number;
  refused: number;
  plus: number;
}

export interface IListener {
  on(event: { type: string; operator: string; result: number }): void;
}

export interface ICalculator {
  plus(x: number, y: number): number;
  scientific: { pow(x: number, y: number): number };
}
