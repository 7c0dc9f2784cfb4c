/** A page that posts what `connect()` rejects with, for addresses that it gets as a file. */
import { WebSocketConnector, WebSocketError } from "../../mod.ts";

const urls: readonly string[] = await (await fetch("/urls.json")).json();
const { document } = globalThis as unknown as {
  readonly document: { readonly head: { insertAdjacentHTML(where: string, html: string): void } };
};
document.head.insertAdjacentHTML(
  "beforeend",
  `<meta http-equiv="Content-Security-Policy" content="connect-src 'self' ws://127.0.0.1:*">`,
);
const errors: unknown[] = [];
for (const url of urls) {
  const connecting = new WebSocketConnector(null, null).connect(url);
  const error = await connecting.catch((error: Error) => error);
  const status = error instanceof WebSocketError ? error.status : undefined;
  errors.push([error?.name, error?.message, status]);
}
await fetch("/result", { method: "POST", body: JSON.stringify(errors) });
