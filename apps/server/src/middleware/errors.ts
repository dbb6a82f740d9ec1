import { DataError, dataErrorOf, failureOf, type Log, PlinthError } from "@plinth/core";
import type { Context } from "hono";
import type { AppEnv } from "../context.ts";
import { withNewCatalog } from "../http/stages.ts";

/** In the form of the path's protocol. */
export function answerError(c: Context<AppEnv>, error: PlinthError): Response {
  return c.env.protocol.errorResponse(error, c.env.id, c.req.raw);
}

/** Answers a failed request, or runs it again where its catalog was an old one. */
export async function handleError(error: unknown, c: Context<AppEnv>, log: Log): Promise<Response> {
  const data = dataErrorOf(error);
  if (!data?.unknownName) return refuse(error, data, c, log);
  try {
    return (await withNewCatalog(c, data)) ?? refuse(error, data, c, log);
  } catch (second) {
    return refuse(second, dataErrorOf(second), c, log);
  }
}

/** An internal error becomes a bare 500. */
function refuse(error: unknown, data: DataError | undefined, c: Context<AppEnv>, log: Log): Response {
  const requestId = c.env.id;
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
