import { DynamicBenchmarker } from "@nestia/benchmark";

void DynamicBenchmarker.servant({
  connection: { host: process.env.HOST!, headers: { value: 100 } },
  location: `${__dirname}/functions`,
  prefix: "benchmark_",
  parameters: (connection) => [connection],
});
