import { INestiaConfig } from "@nestia/sdk";
import { NestFactory } from "@nestjs/core";

import { CalculateModule } from "./src/calculate.module";

export default {
  input: async () => NestFactory.create(CalculateModule, { logger: false }),
  output: "api",
  clone: false,
} satisfies INestiaConfig;
