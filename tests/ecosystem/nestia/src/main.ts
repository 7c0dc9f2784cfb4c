import { WebSocketAdaptor } from "@nestia/core";
import { NestFactory } from "@nestjs/core";

import { CalculateModule } from "./calculate.module";

async function main(): Promise<void> {
  const app = await NestFactory.create(CalculateModule, { logger: false });
  await WebSocketAdaptor.upgrade(app);
  await app.listen(0, "127.0.0.1");
  console.log(await app.getUrl());
}
main();
