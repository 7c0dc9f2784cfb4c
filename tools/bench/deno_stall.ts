/**
 * Deno's WebSocket client holds the payload of a frame of about 1 to 65 kB back until the other
 * end's delayed ACK, 40 ms: its head and its payload are written apart, with Nagle's algorithm on.
 *
 *   deno run -A deno_stall.ts
 */
const { addr } = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
  const { socket, response } = Deno.upgradeWebSocket(request);
  socket.onmessage = () => socket.send("1");
  return response;
});
const socket = new WebSocket(`ws://127.0.0.1:${addr.port}`);
await new Promise((resolve) => socket.onopen = resolve);

for (const size of [100, 500, 1_000, 2_000, 8_000, 32_000, 64_000, 70_000]) {
  const times: number[] = [];
  for (let i = 0; i < 40; i++) {
    await new Promise((resolve) => setTimeout(resolve, 50)); // the connection is quiet
    const sent = performance.now();
    socket.send("x".repeat(size));
    await new Promise((resolve) => socket.onmessage = resolve);
    times.push(performance.now() - sent);
  }
  const slow = times.filter((ms) => ms > 20).length;
  const median = times.sort((a, b) => a - b)[20]!.toFixed(2);
  console.log(`${size} bytes: median ${median} ms, ${slow} of 40 over 20 ms`);
}
Deno.exit();
