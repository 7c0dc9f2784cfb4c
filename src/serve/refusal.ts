import { headerOf, type UpgradeRequest } from "../types/request.ts";
import type { Refusal } from "./types.ts";

/** What is wrong with a request for an upgrade, as the answer that HTTP has for it. */
export function refusalOf(request: UpgradeRequest): Refusal | undefined {
  if (headerOf(request, "upgrade")?.toLowerCase() !== "websocket") {
    return refusal(426, "This server speaks WebSocket only: send an upgrade to it", {
      upgrade: "websocket",
      connection: "Upgrade",
    });
  }
  if (request.method !== "GET") return refusal(405, "An upgrade is a GET", { allow: "GET" });
  if (headerOf(request, "sec-websocket-version") !== "13") {
    return refusal(426, "The version of WebSocket here is 13", { "sec-websocket-version": "13" });
  }
  if (headerOf(request, "sec-websocket-key") === undefined) {
    return refusal(400, "The upgrade has no sec-websocket-key");
  }
  return undefined;
}

/** For what only the runtime itself finds wrong with an upgrade. */
export const INVALID: Refusal = refusal(400, "The request is not a valid upgrade");

/** A text for people, with a status for programs. */
export function refusal(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Refusal {
  return { status, body: `${body}\n`, headers: { "content-type": "text/plain", ...headers } };
}

/** As the web's own class. */
export function responseOf({ status, body, headers }: Refusal): Response {
  return new Response(body, { status, headers });
}
