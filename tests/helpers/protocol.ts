/** The subprotocol in the answer to an upgrade, which a `WebSocket` would not take. */
export async function protocolAt(port: number, offered: string): Promise<string | undefined> {
  using connection = await Deno.connect({ port, hostname: "127.0.0.1" });
  const lines = [
    "GET / HTTP/1.1",
    "Host: localhost",
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    `Sec-WebSocket-Protocol: ${offered}`,
    "",
    "",
  ];
  await connection.write(new TextEncoder().encode(lines.join("\r\n")));
  const bytes = new Uint8Array(1_000);
  const answer = new TextDecoder().decode(bytes.subarray(0, await connection.read(bytes) ?? 0));
  if (!answer.startsWith("HTTP/1.1 101 ")) throw new Error(`Cannot upgrade: ${answer}`);
  return /^sec-websocket-protocol: (.*?)\r$/im.exec(answer)?.[1];
}
