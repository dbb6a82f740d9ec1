import { DataError, dataErrorOf, failureOf, type Log, PlinthError } from "@plinth/core";
import type { Context } from "hono";
import type { AppEnv } from "../context.ts";

/** In the form of the path's protocol. */
export function answerError(c: Context<AppEnv>, error: PlinthError): Response {
  return c.env.protocol.errorResponse(error, c.env.id, c.req.raw);
}

/** An internal error becomes a bare 500. */
export function handleError(error: unknown, c: Context<AppEnv>, log: Log): Response {
  const requestId = c.env.id;
  const data = dataErrorOf(error);
  const shown = error instanceof PlinthError ? error : toPlinthError(data ?? error);
  const { method, path } = c.req;
  if (shown.status >= 500 && shown.code !== "UNSUPPORTED_BY_HOST")
    log.error("request failed", { requestId, method, path, error });
  else log.debug("request refused", { requestId, method, path, code: shown.code });
  return answerError(c, shown);
}

function toPlinthError(error: unknown): PlinthError {
  const failure = error instanceof DataError ? failureOf(error) : undefined;
  return failure ?? new PlinthError("INTERNAL", undefined, undefined, { cause: error });
}
