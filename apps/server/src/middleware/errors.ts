import { DataError, dataErrorOf, failureOf, type Log, PlinthError } from "@plinth/core";
import { noteFault } from "@plinth/engine";
import type { Context } from "hono";
import type { AppEnv } from "../context.ts";
import { withNewCatalog } from "../http/stages.ts";
import { RepeatedErrors } from "./repeated-errors.ts";

/** In the form of the path's protocol. */
export function answerError(c: Context<AppEnv>, error: PlinthError): Response {
  return c.env.protocol.errorResponse(error, c.env.id, c.req.raw);
}

/** Answers a failed request, or runs it again where its catalog was an old one. */
export function errorHandler(log: Log): (error: unknown, c: Context<AppEnv>) => Promise<Response> {
  const repeated = new RepeatedErrors();

  /** An internal error becomes a bare 500. */
  function refuse(error: unknown, data: DataError | undefined, c: Context<AppEnv>): Response {
    const requestId = c.env.id;
    const shown = error instanceof PlinthError ? error : toPlinthError(data ?? error);
    const { method, path } = c.req;
    if (data) noteFault(c.env.engine, data.kind);
    if (shown.status >= 500 && shown.code !== "UNSUPPORTED_BY_HOST") {
      const unlogged = repeated.take(error);
      if (unlogged !== undefined)
        log.error("request failed", { requestId, method, path, ...(unlogged > 0 && { unlogged }), error });
    } else log.debug("request refused", { requestId, method, path, code: shown.code });
    return answerError(c, shown);
  }

  return async (error, c) => {
    const data = dataErrorOf(error);
    if (!data?.unknownName) return refuse(error, data, c);
    try {
      return (await withNewCatalog(c, data)) ?? refuse(error, data, c);
    } catch (second) {
      return refuse(second, dataErrorOf(second), c);
    }
  };
}

function toPlinthError(error: unknown): PlinthError {
  const failure = error instanceof DataError ? failureOf(error) : undefined;
  return failure ?? new PlinthError("INTERNAL", undefined, undefined, { cause: error });
}
