// A program for old targets that imports every declaration, and extends what can be extended.
import tgrid, { Communicator, Driver, WebSocketAcceptor, WebSocketConnector, WebSocketError, WebSocketServer } from "sheetbend";
import * as everything from "sheetbend";
export * from "sheetbend";
export { everything };

interface Person {
  name(): string;
}

export class LoginError extends WebSocketError {
  code = 1;
}

export class Connector extends WebSocketConnector<null, null, Person> {}

export abstract class End extends Communicator<null, Person> {
  ask(): Promise<string> {
    return this.getDriver().name();
  }
}

export function isDriver(value: unknown): value is Driver<Person> {
  return value instanceof tgrid.Driver;
}

export function named(acceptor: WebSocketAcceptor<null, null, Person>): Promise<string> {
  const driver: Driver<Person> = acceptor.getDriver();
  return driver.name();
}

type Server = WebSocketServer<null, null, Person>;
// @ts-expect-error: a class with private fields takes no look-alike
export const server: Server = {} as Pick<Server, keyof Server>;
