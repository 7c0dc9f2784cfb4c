import { TypedParam, TypedRoute, WebSocketRoute } from "@nestia/core";
import { Controller } from "@nestjs/common";
import { Driver, WebSocketAcceptor } from "tgrid";

import { ICalculator, IListener, IPrecision } from "./calculator";

@Controller("calculate")
export class CalculateController {
  /** Health check. */
  @TypedRoute.Get("health/:id")
  public health(@TypedParam("id") id: string): IPrecision {
    return { value: Number(id) };
  }

  /**
   * Starts a calculator.
   *
   * @param acceptor The connection.
   */
  @WebSocketRoute("start/:name")
  public async start(
    @WebSocketRoute.Acceptor()
    acceptor: WebSocketAcceptor<IPrecision, ICalculator, IListener>,
    @WebSocketRoute.Driver() driver: Driver<IListener>,
    @WebSocketRoute.Header() header: IPrecision,
    @WebSocketRoute.Param("name") name: string,
    @WebSocketRoute.Query() query: IPrecision,
  ): Promise<void> {
    const told = (operator: string, result: number): number => {
      driver.on({ type: `${name} ${query.value}`, operator, result }).catch(() => {});
      return result + header.value;
    };
    await acceptor.accept({
      plus: (x, y) => told("plus", x + y),
      scientific: { pow: (x, y) => told("pow", Math.pow(x, y)) },
    });
  }
}
