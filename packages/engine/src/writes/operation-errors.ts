import { type Issue, PlinthError } from "@plinth/core";

/** Parts of an operation that are not its data. */
const OWN = /^(?:op|collection|id|data|ifVersion|onConflict|resolution|filter|exists|count)(?:\.|$)/;

/** An operation's refusal, with its place in the caller's batch. */
export function inOperation(error: PlinthError, operation: number): PlinthError {
  const { details = {} } = error;
  if (details.operation !== undefined) return error;
  const place = (field: string): string => placed(field, operation, details.part as string | undefined);
  const field = details.field === undefined ? undefined : place(details.field);
  const issues = details.issues?.map((issue: Issue) => ({ ...issue, field: place(issue.field) }));
  const message =
    field !== undefined && error.message.startsWith(`${details.field}: `)
      ? `${field}${error.message.slice(details.field!.length)}`
      : error.message;
  const { part: _, ...rest } = details;
  return new PlinthError(
    error.code,
    message,
    { ...rest, operation, ...(field !== undefined && { field }), ...(issues && { issues }) },
    { cause: error.cause },
  );
}

function placed(field: string, operation: number, part: string | undefined): string {
  if (field.startsWith("operations.")) return field;
  return part === "own" && OWN.test(field)
    ? `operations.${operation}.${field}`
    : `operations.${operation}.data.${field}`;
}
