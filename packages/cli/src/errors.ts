import type { ErrorCode } from "@plinth/core";

/** Ends the program with a message that says what to do. */
export class CliError extends Error {
  override readonly name: string = "CliError";
  /** What `--json` calls the error, unless a server has named it. */
  readonly kind: string = "FAILED";
}

/** The command is written wrongly. */
export class UsageError extends CliError {
  override readonly kind = "USAGE";
}

/** There was no answer. */
export class UnreachableError extends CliError {
  override readonly kind = "UNREACHABLE";
}

interface ApiErrorDetails {
  row?: number;
  line?: number;
  field?: string;
  /** Of an import: what an earlier one with the same key had otherwise. */
  differences?: string[];
  /** Of an undo. */
  conflicts?: Conflict[];
  conflicts_total?: number;
}

/** An item that cannot be brought back. */
export interface Conflict {
  readonly collection: string | null;
  readonly item: string;
  readonly reason: string;
  readonly fields: readonly string[];
}

/** Plinth's error response. */
export class ApiError extends CliError {
  override readonly kind = "NOT_PLINTH";

  constructor(
    readonly status: number,
    readonly code: ErrorCode | undefined,
    message: string,
    readonly details: ApiErrorDetails = {},
  ) {
    super(message);
  }
}

export function usage(message: string): UsageError {
  return new UsageError(message.replace(/\.$/, ""));
}
