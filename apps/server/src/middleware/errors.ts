import { dataErrorOf, type Log, PlinthError } from "@plinth/core";
import type { Context } from "hono";
import type { AppEnv } from "../context.ts";

/** The native wire form of an error. The cause stays in the log. */
export function errorResponse(error: PlinthError, requestId: string): Response {
  const { code, message, details, status } = error;
  return Response.json(
    { error: { code, message, ...(details && { details }), requestId } },
    {
      status,
      headers: {
        "x-request-id": requestId,
        ...(status === 401 && { "www-authenticate": "Bearer" }),
        ...(status === 426 && { upgrade: "websocket" }),
        ...(typeof details?.retryAfter === "number" && { "retry-after": String(details.retryAfter) }),
      },
    },
  );
}

/** What is not meant for the caller becomes a bare 500. */
export function handleError(error: unknown, c: Context<AppEnv>, log: Log): Response {
  const requestId = c.var.requestId ?? "";
  const data = dataErrorOf(error);
  const shown = error instanceof PlinthError ? error : toPlinthError(data ?? error);
  const { method, path } = c.req;
  if (shown.status >= 500 && shown.code !== "UNSUPPORTED_BY_HOST")
    log.error("request failed", { requestId, method, path, error });
  else log.debug("request refused", { requestId, method, path, code: shown.code });
  return errorResponse(shown, requestId);
}

function toPlinthError(error: unknown): PlinthError {
  const kind = dataErrorOf(error)?.kind;
  const passing = kind === "busy" || kind === "timeout" || kind === "time_limit" || kind === "unavailable";
  return new PlinthError(passing ? "UNAVAILABLE" : "INTERNAL", undefined, undefined, { cause: error });
}
