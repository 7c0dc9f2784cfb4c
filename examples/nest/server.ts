/**
 * A NestJS app in Node: its adapter for the `ws` package upgrades requests, and a gateway turns the
 * sockets into connections. In a project created with `nest new`:
 *
 *     npm install @nestjs/websockets @nestjs/platform-ws ws sheetbend
 *     npm install --save-dev @types/ws
 */
import { Controller, Get, Injectable, Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { WsAdapter } from "@nestjs/platform-ws";
import { type OnGatewayConnection, WebSocketGateway } from "@nestjs/websockets";
import type { IncomingMessage } from "node:http";
import { type Driver, WebSocketAcceptor } from "sheetbend";
import type { WebSocket } from "ws";

/** What a client offers. */
interface Screen {
  show(line: string): void;
}

/** What the server offers. */
interface Calculator {
  plus(x: number, y: number): Promise<number>;
}

/** An ordinary service, which doesn't depend on the connection. */
@Injectable()
class CalculatorService {
  offer(screen: Driver<Screen>): Calculator {
    return {
      async plus(x, y) {
        await screen.show(`${x} + ${y}`);
        return x + y;
      },
    };
  }
}

@WebSocketGateway({ path: "/rpc" })
class CalculatorGateway implements OnGatewayConnection {
  readonly #service: CalculatorService;

  constructor(service: CalculatorService) {
    this.#service = service;
  }

  /** Called when the socket opens. Later, frames of the client could have been lost. */
  handleConnection(socket: WebSocket, request: IncomingMessage): void {
    WebSocketAcceptor.upgrade<null, Calculator, Screen>(
      request,
      socket,
      (acceptor) => acceptor.accept(this.#service.offer(acceptor.getDriver())),
    );
  }
}

@Controller()
class PageController {
  @Get()
  page(): string {
    return "The calculator is at /rpc";
  }
}

@Module({ controllers: [PageController], providers: [CalculatorService, CalculatorGateway] })
class AppModule {}

async function listen(): Promise<void> {
  const app = await NestFactory.create(AppModule, { logger: ["error", "warn"] });
  app.useWebSocketAdapter(new WsAdapter(app));
  await app.listen(Number(process.env.PORT ?? 3000), "127.0.0.1");
  console.log(await app.getUrl());
}

void listen(); // no top-level await, because the project may be CommonJS
