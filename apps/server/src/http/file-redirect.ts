import type { OpenedFile } from "@plinth/engine";
import type { Context } from "hono";
import type { AppEnv } from "../context.ts";
import { answer } from "./answer.ts";
import { type AskedDisposition, contentDisposition, dispositionOf, sentType } from "./content-disposition.ts";

/** For which a URL of the store is good. */
const STORE_SECONDS = 60;
/** A client that follows sends these to the store too, whose ETags are others, and which must not learn a secret. */
const NOT_FOR_STORES = ["if-match", "if-range", "if-unmodified-since", "authorization", "x-api-key", "apikey"] as const;

/** The answer that sends a reader to the store. Undefined: the bytes are sent from here. */
export async function storeRedirect(
  c: Context<AppEnv>,
  file: OpenedFile,
  asked: AskedDisposition,
): Promise<Response | undefined> {
  const { storeUrl, contentType, name, until } = file;
  if (!storeUrl || c.req.method !== "GET") return undefined;
  const { headers } = c.req.raw;
  if (NOT_FOR_STORES.some((name) => headers.has(name))) return undefined;
  // A page that reads it by a script could not: the store would have to allow the page's origin.
  if (headers.get("sec-fetch-mode") === "cors") return undefined;
  const disposition = dispositionOf(contentType, asked);
  // It may run scripts of its own, and the store answers without a policy.
  if (contentType === "application/pdf" && disposition === "inline") return undefined;
  const location = await storeUrl({
    contentType: sentType(contentType),
    contentDisposition: contentDisposition(disposition, name),
    expiresInSeconds: Math.min(STORE_SECONDS, Math.max(1, secondsUntil(c, until))),
  });
  return answer(c, null, 302, { location, "referrer-policy": "no-referrer" });
}

/** Seconds that are left until a time in milliseconds; without one there is no end. */
export function secondsUntil(c: Context<AppEnv>, until: number | undefined): number {
  return until === undefined ? Number.POSITIVE_INFINITY : Math.max(0, Math.floor((until - c.env.ctx.now) / 1000));
}
