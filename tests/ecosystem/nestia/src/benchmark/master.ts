import { DynamicBenchmarker } from "@nestia/benchmark";
import api from "../../api";

/** Prints the report, and what the server and the master saw of it, as JSON. */
async function main(host: string): Promise<void> {
  const asked: string[] = [];
  const progress: number[] = [];
  const report = await DynamicBenchmarker.master({
    servant: `${__dirname}/servant.js`,
    count: 200,
    threads: 2,
    simultaneous: 8,
    filter: (name) => {
      asked.push(name);
      return name !== "benchmark_filtered";
    },
    progress: (complete) => void progress.push(complete),
  });
  const served = await api.functional.calculate.served({ host });
  console.log(JSON.stringify({ report, served, asked: asked.sort(), progress }));
}
void main(process.env.HOST!);
