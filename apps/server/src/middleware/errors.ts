import { dataErrorOf, type Log, PlinthError } from "@plinth/core";
import type { Context } from "hono";
import type { AppEnv } from "../context.ts";

/** In the form of the path's protocol. */
export function answerError(c: Context<AppEnv>, error: PlinthError): Response {
  return c.env.protocol.errorResponse(error, c.env.id, c.req.raw);
}

/** Not faults of the server; refusals under load are counted, and logged once in a while. */
const EXPECTED: ReadonlySet<string> = new Set(["UNSUPPORTED_BY_HOST", "OVERLOADED"]);

/** An internal error becomes a bare 500. */
export function handleError(error: unknown, c: Context<AppEnv>, log: Log): Response {
  const requestId = c.env.id;
  const data = dataErrorOf(error);
  const shown = error instanceof PlinthError ? error : toPlinthError(data ?? error);
  const { method, path } = c.req;
  if (shown.status >= 500 && !EXPECTED.has(shown.code)) log.error("request failed", { requestId, method, path, error });
  else log.debug("request refused", { requestId, method, path, code: shown.code });
  return answerError(c, shown);
}

function toPlinthError(error: unknown): PlinthError {
  const kind = dataErrorOf(error)?.kind;
  const passing = kind === "busy" || kind === "timeout" || kind === "time_limit" || kind === "unavailable";
  return new PlinthError(passing ? "UNAVAILABLE" : "INTERNAL", undefined, undefined, { cause: error });
}
