/** A worker that serves over a port that it is sent, or else over its own scope. */
import { type Driver, PortCommunicator, type PortLike, transfer } from "../../../mod.ts";

interface Program {
  show(text: string): void;
}

function serve(port: PortLike): void {
  const provider: object = {
    plus: (x: number, y: number) => x + y,
    bytes: (length: number) => {
      const bytes = new Uint8Array(length).fill(7);
      return transfer(bytes, [bytes.buffer]);
    },
    async greet(name: string) {
      const screen: Driver<Program, false, "structured"> = program.getDriver();
      await screen.show(`Hello ${name}`);
    },
    hang: () => new Promise(() => {}),
    leave: () => void program.close(),
  };
  const program = new PortCommunicator<object, Program>(port, provider);
}

if (name === "own") serve(globalThis as unknown as PortLike);
else {
  addEventListener(
    "message",
    (event) => serve((event as MessageEvent<MessagePort>).data),
  );
}
