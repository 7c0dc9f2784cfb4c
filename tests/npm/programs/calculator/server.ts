import { type WebSocketAcceptor, WebSocketServer } from "tgrid";

class Scientific {
  pow(x: number, y: number): number {
    return x ** y;
  }
  sqrt(x: number): number {
    if (x < 0) throw new RangeError(`Negative value: ${x}.`);
    return Math.sqrt(x);
  }
}
class Statistics {
  mean(...elements: number[]): number {
    return elements.reduce((sum, x) => sum + x, 0) / elements.length;
  }
}
class Calculator {
  readonly scientific = new Scientific();
  readonly statistics = new Statistics();
  plus(x: number, y: number): number {
    return x + y;
  }
  async divides(x: number, y: number): Promise<number> {
    if (y === 0) throw new Error("Divided by zero.");
    return await Promise.resolve(x / y);
  }
  nothing(): void {}
}

const server = new WebSocketServer<null, Calculator, null>();
server.open(
  Number(process.env.PORT),
  async (acceptor: WebSocketAcceptor<null, Calculator, null>) => {
    await acceptor.accept(new Calculator());
    console.log("accepted", acceptor.state, acceptor.path);
    acceptor.join().then(async () => {
      console.log("left", acceptor.state);
      await server.close();
      console.log("closed", server.state);
    });
  },
).then(() => console.log("open", server.state));
