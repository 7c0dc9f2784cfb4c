/**
 * Streams: a client sends readings, and reads what the server computes of them, until it has enough.
 *
 *     deno run --allow-net examples/feed.ts
 */
import { streams, structured, WebSocketConnector, WebSocketServer } from "../mod.ts";

/** What the server offers. */
const station = {
  /** The average of each two readings, while they come in. */
  async *averages(readings: AsyncIterable<number>): AsyncGenerator<number> {
    try {
      let last: number | undefined;
      for await (const reading of readings) {
        if (last !== undefined) yield (last + reading) / 2;
        last = last === undefined ? reading : undefined;
      }
    } finally {
      console.log("server: done with this sensor");
    }
  },
};
type Station = typeof station;

/** Gives 1, 2, 3 and so on, every 2 ms. */
class Sensor {
  readonly #breaksAfter: number;
  readonly #off = Promise.withResolvers<void>();
  /** Resolves when it's off. */
  readonly off = this.#off.promise;

  constructor(breaksAfter = Infinity) {
    this.#breaksAfter = breaksAfter;
  }

  async *readings(): AsyncGenerator<number> {
    console.log("sensor: on"); // not before the server reads
    try {
      for (let reading = 1;; reading++) {
        await new Promise((resolve) => setTimeout(resolve, 2));
        if (reading > this.#breaksAfter) throw new RangeError("the sensor is too hot");
        yield reading;
      }
    } finally {
      console.log("sensor: off");
      this.#off.resolve();
    }
  }
}

const use = [structured, streams];
await using server = new WebSocketServer<null, Station, null>();
await server.open({ port: 0, hostname: "127.0.0.1", use }, (acceptor) => acceptor.accept(station));

await using connector = new WebSocketConnector<null, null, Station>(null, null);
await connector.connect(`ws://127.0.0.1:${server.address!.port}`, { use });
const remote = connector.getDriver<Station, false, "structured">();

// `break` ends the server's generator, and that one ends the sensor.
const sensor = new Sensor();
for await (const average of remote.averages(sensor.readings())) {
  console.log(`client: ${average}`);
  if (average > 5) break;
}
await sensor.off;

// An error ends both streams, too, after the items before it.
const broken = new Sensor(4);
try {
  for await (const average of remote.averages(broken.readings())) console.log(`client: ${average}`);
} catch (error) {
  console.log(`client: ${error}`);
}
