import { type Issue, PlinthError } from "@plinth/core";

/** An operation's error, with the operation's index in the caller's batch. */
export function inOperation(error: PlinthError, operation: number): PlinthError {
  const { details = {} } = error;
  if (details.operation !== undefined) return error;
  const fullPath = (field: string): string =>
    field.startsWith("operations.") ? field : `operations.${operation}.data.${field}`;
  const { field } = details;
  const issues = details.issues?.map((issue: Issue) => ({ ...issue, field: fullPath(issue.field) }));
  const message =
    field !== undefined && error.message.startsWith(`${field}: `)
      ? `${fullPath(field)}${error.message.slice(field.length)}`
      : error.message;
  const located = {
    ...details,
    operation,
    ...(field !== undefined && { field: fullPath(field) }),
    ...(issues && { issues }),
  };
  return new PlinthError(error.code, message, located, { cause: error.cause });
}

/** An error about an item inside the body. */
export function atPath(error: unknown, path: string | undefined): unknown {
  if (path === undefined || !(error instanceof PlinthError)) return error;
  const { field } = error.details ?? {};
  const full = field ? `${path}.${field}` : path;
  const message =
    field && error.message.startsWith(`${field}: `) ? error.message.slice(field.length + 2) : error.message;
  return new PlinthError(error.code, `${full}: ${message}`, { ...error.details, field: full }, { cause: error.cause });
}
