import { type ConsoleStatement, DataError, type ErrorDetails, PlinthError, unsupported } from "@plinth/core";

/** For those who wrote the statement: they may see what the database says of it. */
export function sqlError(message: string, details?: ErrorDetails): PlinthError {
  return new PlinthError("SQL_ERROR", message, { field: "sql", ...details });
}

export function tableRefused(name: string): PlinthError {
  return sqlError(`The console reads tables of collections only, and not ${name}.`);
}

export function noConsole(driver: string, why: string): PlinthError {
  return unsupported(driver, "console", why);
}

/** What a failed statement of the console means. Its own message has no cause: nothing is tried again for it. */
export function consoleFailure(error: unknown, { timeLimitMs }: ConsoleStatement): unknown {
  if (!(error instanceof DataError)) return error;
  if (error.kind === "time_limit" || error.kind === "timeout") {
    const message = `timeout_ms: the statement was stopped after ${timeLimitMs} ms.`;
    return new PlinthError("LIMIT_EXCEEDED", message, { field: "timeout_ms" });
  }
  if (error.kind === "too_many_bytes")
    return new PlinthError("LIMIT_EXCEEDED", "sql: the rows take too much memory; select fewer columns.", {
      field: "sql",
    });
  if (error.kind === "unavailable" || error.kind === "outcome_unknown" || error.kind === "busy") return error;
  const { message, position } = (error.cause ?? error) as { message: string; position?: string | number };
  const at = Number(position);
  return sqlError(message, Number.isInteger(at) && at > 0 ? { position: at } : undefined);
}
