import { TypedParam, TypedRoute, WebSocketRoute } from "@nestia/core";
import { Controller, ForbiddenException } from "@nestjs/common";
import { Driver, WebSocketAcceptor } from "tgrid";

import { ICalculator, IListener, IPrecision, IServed } from "./calculator";

@Controller("calculate")
export class CalculateController {
  private readonly counts: IServed = { health: 0, refused: 0, plus: 0 };

  /** Health check. */
  @TypedRoute.Get("health/:id")
  public health(@TypedParam("id") id: string): IPrecision {
    ++this.counts.health;
    return { value: Number(id) };
  }

  /** Always fails. */
  @TypedRoute.Get("refused")
  public refused(): IPrecision {
    ++this.counts.refused;
    throw new ForbiddenException();
  }

  /** How often each function was called. */
  @TypedRoute.Get("served")
  public served(): IServed {
    return this.counts;
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
      plus: (x, y) => {
        ++this.counts.plus;
        return told("plus", x + y);
      },
      scientific: { pow: (x, y) => told("pow", Math.pow(x, y)) },
    });
  }
}
