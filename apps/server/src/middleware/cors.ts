import type { Config } from "@plinth/core";
import type { MiddlewareHandler } from "hono";
import { cors as honoCors } from "hono/cors";
import type { AppEnv } from "../context.ts";

const ALLOW_HEADERS = [
  "authorization",
  "content-type",
  "x-api-key",
  "apikey",
  "x-plinth-workspace",
  "x-plinth-setup-token",
  "if-match",
  "if-none-match",
  "idempotency-key",
];
const EXPOSE_HEADERS = ["x-request-id", "set-auth-token", "retry-after", "etag", "idempotency-replayed"];
const PREFLIGHT_SECONDS = 600;

/** The allow-list of `CORS_ORIGINS`. `*` admits every origin, but never with cookies. */
export function cors({ corsOrigins }: Config): MiddlewareHandler<AppEnv> {
  const any = corsOrigins.includes("*");
  return honoCors({
    origin: any ? "*" : [...corsOrigins],
    credentials: !any,
    allowHeaders: ALLOW_HEADERS,
    exposeHeaders: EXPOSE_HEADERS,
    maxAge: PREFLIGHT_SECONDS,
  });
}
