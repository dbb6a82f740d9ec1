import { type Issue, PlinthError } from "@plinth/core";

/** Of a mutation that is one batch: one of its fields was refused, and so none was done. */
export class RefusedField extends Error {
  constructor(
    /** The field's name in the answer. */
    readonly key: string,
    readonly error: PlinthError,
  ) {
    super(error.message, { cause: error });
  }

  /** Each field of the answer has an error; those of the others say which one was refused. */
  shownAt(key: string): PlinthError {
    const { error } = this;
    if (key === this.key) return error;
    const message = `Nothing was written, because ${this.key} was refused, and with @atomic all fields are one batch.`;
    return new PlinthError(error.code, message, { refused: this.key }, { cause: error });
  }
}

/** An error of the engine's batch, with the names that the field's own arguments have. `index`: of the item in `data`. */
export function inFieldTerms(error: PlinthError, operation: string, index: number | undefined): PlinthError {
  const { operation: _, field, issues, ...details } = error.details ?? {};
  const renamed = (path: string): string => {
    if (!path.startsWith(`${operation}.`)) return path;
    const own = path.slice(operation.length + 1);
    return index !== undefined && /^data(?:\.|$)/.test(own) ? `data.${index}${own.slice("data".length)}` : own;
  };
  const named = field ?? (index === undefined ? undefined : `${operation}.data`);
  const message =
    field !== undefined && error.message.startsWith(field)
      ? `${renamed(field)}${error.message.slice(field.length)}`
      : error.message;
  const located = {
    ...details,
    ...(named !== undefined && { field: renamed(named) }),
    ...(issues && { issues: issues.map((issue: Issue) => ({ ...issue, field: renamed(issue.field) })) }),
  };
  return new PlinthError(error.code, message, located, { cause: error.cause });
}
