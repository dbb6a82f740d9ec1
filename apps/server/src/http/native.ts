import { type Json, type PlinthError, refusedLimitHeaders } from "@plinth/core";
import { readCredentials } from "@plinth/engine";
import type { ProtocolForm } from "../context.ts";

/** Plinth's own form, which its protocols share. It also applies to paths without a protocol. */
export const NATIVE: ProtocolForm = {
  credentials: readCredentials,
  errorResponse(error, requestId) {
    const { status, details } = error;
    return Response.json(errorBody(error, requestId), {
      status,
      headers: {
        "x-request-id": requestId,
        ...(status === 401 && { "www-authenticate": "Bearer" }),
        // The rest of the body is not awaited.
        ...(status === 408 && { connection: "close" }),
        ...(status === 426 && { upgrade: "websocket" }),
        ...refusedLimitHeaders(details),
        ...(typeof details?.retry_after === "number" && { "retry-after": String(details.retry_after) }),
      },
    });
  },
  cors: {
    origins: ({ corsOrigins }) => corsOrigins,
    decidesItself: (path) => path.startsWith("/api/functions/"),
    allowHeaders: [
      "authorization",
      "content-type",
      "x-api-key",
      "apikey",
      "x-plinth-workspace",
      "x-plinth-view-as",
      "x-plinth-setup-token",
      "x-captcha-response",
      "if-match",
      "if-none-match",
      "if-modified-since",
      "if-range",
      "if-unmodified-since",
      "range",
      "content-digest",
      "repr-digest",
      "x-file-metadata",
      "x-file-sha256",
      "idempotency-key",
      "x-plinth-replica",
      "last-event-id",
      "traceparent",
    ],
    exposeHeaders: [
      "x-request-id",
      "set-auth-token",
      "retry-after",
      "ratelimit",
      "ratelimit-policy",
      "etag",
      "accept-ranges",
      "content-disposition",
      "content-range",
      "idempotency-replayed",
    ],
  },
};

/** The cause is only logged. */
export function errorBody({ code, message, details }: PlinthError, requestId: string): { error: Json } {
  return { error: { code, message, ...(details && { details: details as Json }), request_id: requestId } };
}
