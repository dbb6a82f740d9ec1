import { DataError, dataErrorOf, failureOf, ImpersonatedError, type Log, PlinthError } from "@plinth/core";
import { noteFault, noteRefusal } from "@plinth/engine";
import type { Context } from "hono";
import type { AppEnv } from "../context.ts";
import { REFUSE_AFTER_MS } from "../http/admission.ts";
import { RepeatedErrors } from "../http/repeated-errors.ts";
import { trafficOf } from "../http/traffic/traffic.ts";

/** What people see in place of an error in a form for programs; undefined where a program asks. */
export type ErrorPage = (c: Context<AppEnv>, error: PlinthError) => Response | undefined;

/** In the form of the path's protocol, or as a page; counted. */
export function answerError(c: Context<AppEnv>, error: PlinthError, page: ErrorPage): Response {
  trafficOf(c.env.engine).failed(c.env, error);
  const shown = page(c, error);
  if (shown) return shown;
  return c.env.protocol.errorResponse(error, c.env.id, c.req.raw);
}

/** Not faults of the server; refusals under load are counted, and logged once in a while, and runs of functions have their own log. */
const EXPECTED: ReadonlySet<string> = new Set([
  "UNSUPPORTED_BY_HOST",
  "OVERLOADED",
  "FUNCTION_FAILED",
  "BEFORE_WRITE_FAILED",
]);

/** Answers a failed request. */
export function errorHandler(log: Log, page: ErrorPage): (error: unknown, c: Context<AppEnv>) => Response {
  const repeated = new RepeatedErrors();

  /** An internal error becomes a bare 500. */
  function refuse(error: unknown, data: DataError | undefined, c: Context<AppEnv>): Response {
    const logged = { ...c.env.logged, ...(error instanceof ImpersonatedError && { impersonator: error.impersonator }) };
    const shown = error instanceof PlinthError ? error : toPlinthError(data ?? error);
    const { method, path } = c.req;
    if (data) noteFault(c.env.engine, data.kind);
    if (shown.limit) c.env.limited(shown.limit);
    // Not where each request has a process of its own, whose time is paid for.
    if (shown.code === "RATE_LIMITED" && c.env.driver.lifetime === "process") c.env.pauseMs = REFUSE_AFTER_MS;
    if (shown.status >= 500 && !EXPECTED.has(shown.code)) {
      const unlogged = repeated.take(error);
      if (unlogged !== undefined)
        log.error("request failed", { ...logged, method, path, ...(unlogged > 0 && { unlogged }), error });
    } else {
      log.debug("request refused", { ...logged, method, path, code: shown.code });
      const { engine, id: requestId, principal } = c.env;
      // Some routes answer before it is known who asks.
      if (principal) noteRefusal(engine, { requestId, principal, method, path, error: shown });
    }
    return answerError(c, shown, page);
  }

  return (error, c) => refuse(error, dataErrorOf(error), c);
}

function toPlinthError(error: unknown): PlinthError {
  const failure = error instanceof DataError ? failureOf(error) : undefined;
  return failure ?? new PlinthError("INTERNAL", undefined, undefined, { cause: error });
}
