import { DataError, type Log, PlinthError } from "@plinth/core";
import type { Context } from "hono";
import type { AppEnv } from "../context.ts";

/** The native wire form of an error. The cause stays in the log. */
export function errorResponse(error: PlinthError, requestId: string): Response {
  const { code, message, details, status } = error;
  return Response.json(
    { error: { code, message, ...(details && { details }), requestId } },
    { status, headers: { "x-request-id": requestId, ...(status === 401 && { "www-authenticate": "Bearer" }) } },
  );
}

/** What is not meant for the caller becomes a bare 500. */
export function handleError(error: unknown, c: Context<AppEnv>, log: Log): Response {
  const requestId = c.var.requestId ?? "";
  const shown = toPlinthError(error);
  if (shown.status >= 500) log.error("request failed", { requestId, method: c.req.method, path: c.req.path, error });
  else log.debug("request refused", { requestId, method: c.req.method, path: c.req.path, code: shown.code });
  return errorResponse(shown, requestId);
}

function toPlinthError(error: unknown): PlinthError {
  if (error instanceof PlinthError) return error;
  const passing =
    error instanceof DataError && (error.kind === "busy" || error.kind === "timeout" || error.kind === "unavailable");
  return new PlinthError(passing ? "UNAVAILABLE" : "INTERNAL", undefined, undefined, { cause: error });
}
