/**
 * Deno's WebSocket client holds back the payload of a frame until the other end's delayed ACK.
 *
 *   deno run -A deno_stall.ts
 *
 * Messages of several sizes go over a connection that was quiet for 50 ms, and the server answers
 * each with one character. Those of about 1 to 65 kB take 40 ms more than the others: the frame's
 * head and its payload are written apart, and Nagle's algorithm is on.
 */
if (Deno.args[0] === "server") {
  Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: ({ port }) => console.log(port) },
    (request) => {
      const { socket, response } = Deno.upgradeWebSocket(request);
      socket.onmessage = () => socket.send("1");
      return response;
    },
  );
} else {
  const args = ["run", "-A", "-q", import.meta.filename!, "server"];
  const server = new Deno.Command(Deno.execPath(), { args, stdout: "piped" }).spawn();
  const { value } = await server.stdout.getReader().read();
  const socket = new WebSocket(`ws://127.0.0.1:${new TextDecoder().decode(value).trim()}`);
  await new Promise((resolve) => socket.onopen = resolve);
  for (const size of [100, 500, 1_000, 2_000, 8_000, 32_000, 64_000, 70_000]) {
    const times: number[] = [];
    for (let i = 0; i < 40; i++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      const sent = performance.now();
      socket.send("x".repeat(size));
      await new Promise((resolve) => socket.onmessage = resolve);
      times.push(performance.now() - sent);
    }
    const median = times.sort((a, b) => a - b)[20]!.toFixed(2);
    console.log(
      `${size} bytes: median ${median} ms, ${
        times.filter((ms) => ms > 20).length
      } of 40 over 20 ms`,
    );
  }
  server.kill();
  Deno.exit();
}
