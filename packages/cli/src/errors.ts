import type { ErrorCode } from "@plinth/core";

/** Ends the program with a message that says what to do. */
export class CliError extends Error {
  override readonly name = "CliError";
}

/** There was no answer. */
export class UnreachableError extends CliError {}

/** Plinth's error response. */
export class ApiError extends CliError {
  constructor(
    readonly status: number,
    readonly code: ErrorCode | undefined,
    message: string,
    readonly details: {
      row?: number;
      line?: number;
      field?: string;
      /** Of an import: what an earlier one with the same key had otherwise. */
      differences?: string[];
    } = {},
  ) {
    super(message);
  }
}
