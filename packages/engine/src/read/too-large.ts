import { DataError, PlinthError } from "@plinth/core";

/** For `catch`: an aggregate whose result exceeds the range of numbers or the database's row size. */
export function refuseTooLarge(field: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof DataError) || error.kind !== "too_large") throw error;
    const message = `${field}: a result is too large for a number, or the results are too large for the database`;
    throw new PlinthError("LIMIT_EXCEEDED", message, { field }, { cause: error });
  };
}
