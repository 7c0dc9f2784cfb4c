class Base {
  readonly #word: string = "inherited";
  inherited(): string {
    return this.#word;
  }
  overridden(): string {
    return "base";
  }
  static inheritedStatic(): string {
    return `static of ${this.name}`;
  }
}

class Sub extends Base {
  static factor = 2;
  #count = 0;
  override overridden(): string {
    return `sub over ${super.overridden()}`;
  }
  next(): number {
    return ++this.#count;
  }
  get lazy(): { value(): string } {
    return { value: () => `behind a getter of ${this.overridden()}` };
  }
  static times(n: number): number {
    return n * this.factor;
  }
}

/** As TypeScript and others made classes before there were any: the chain is two levels long. */
function oldClass(): { own(): string; above(): string } {
  function Above(this: { word: string }): void {
    this.word = "old";
  }
  Above.prototype.above = function (this: { word: string }): string {
    return `${this.word} above`;
  };
  function Below(this: { word: string }): void {
    Above.call(this);
  }
  Below.prototype = Object.create(Above.prototype, {
    constructor: { value: Below, writable: true, configurable: true },
  });
  Below.prototype.own = function (this: { word: string }): string {
    return `${this.word} own`;
  };
  return new (Below as unknown as new () => { own(): string; above(): string })();
}

/** Objects of each make whose functions may be called. */
export function reachable(): object {
  const format = Object.assign((text: string) => `plain ${text}`, {
    bold: (text: string) => `bold ${text}`,
  });
  const owner = { word: "bound" };
  return {
    deep: { a: { b: { c: { leaf: (x: number) => x + 1 } } } },
    counter: new Sub(),
    Tools: Sub,
    frozen: Object.freeze({ answer: () => "from a frozen object" }),
    bare: Object.assign(Object.create(null), { answer: () => "from a bare object" }),
    format,
    list: [{ id: () => "first" }, { id: () => "second" }],
    bound: function (this: typeof owner): string {
      return this.word;
    }.bind(owner),
    old: oldClass(),
    own: {
      toString: (): string => "own toString",
      push: (x: number): string => `own push of ${x}`,
      valueOf: (): string => "own valueOf",
      name: (): string => "own name",
    },
  };
}
