import { channelBus } from "../../mod.ts";
import { testGroups } from "./contract.ts";
import { Broker, type Weather } from "./memory_bus.ts";

function memory(weather: Weather) {
  const broker = new Broker(weather);
  return { bus: () => broker.bus(), stop: () => broker.stop() };
}

let channels = 0;

testGroups({ name: "a calm bus", isLossy: false, make: () => memory({}) });
testGroups({
  name: "a bus that delays, doubles and reorders",
  isLossy: false,
  make: () => memory({ delay: 30, double: 0.2, maxBytes: 16_384 }),
});
testGroups({
  name: "a bus that delays, doubles, reorders and drops",
  isLossy: true,
  make: () => memory({ delay: 30, double: 0.2, drop: 0.01 }),
});
testGroups({
  name: "channelBus()",
  isLossy: false,
  make() {
    const name = `groups ${channels++}`;
    return { bus: () => channelBus(name), stop() {} };
  },
});
