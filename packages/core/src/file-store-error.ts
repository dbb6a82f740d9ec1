/**
 * Errors of stores of files in terms that all share. `invalid`: no store takes such a key, range or option. `wrong_size`: a
 * body has another length than was said. `invalid_part`: an upload has no such part, or it is too small. `full`: the disk or
 * a quota. `forbidden`: the store does not accept the credentials, or the process may not write there. `unavailable`: it may
 * work later; nothing was written, or the same again. `outcome_unknown`: the answer to a conditional write, or to the
 * end of an upload, was lost, and it may have happened. `damaged`: what is stored cannot be read.
 */
export type FileStoreErrorKind =
  | "not_found"
  | "precondition_failed"
  | "out_of_range"
  | "invalid"
  | "wrong_size"
  | "too_large"
  | "invalid_part"
  | "full"
  | "forbidden"
  | "unavailable"
  | "outcome_unknown"
  | "damaged"
  | "unknown";

/** Callers branch on `kind`, never on message text. */
export class FileStoreError extends Error {
  override readonly name = "FileStoreError";
  /** Of `unavailable`: when to try again, where the store says it. */
  readonly retryAfterMs?: number;
  constructor(
    readonly kind: FileStoreErrorKind,
    message: string,
    options: { cause?: unknown; retryAfterMs?: number | undefined } = {},
  ) {
    super(message, { cause: options.cause });
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs;
  }
}

/** Shorthands for what several adapters find out. */
export const noFile = (key: string): FileStoreError => new FileStoreError("not_found", `there is no file ${key}`);
export const noUpload = (id: string): FileStoreError => new FileStoreError("not_found", `there is no upload ${id}`);
export const conditionFailed = (key: string): FileStoreError =>
  new FileStoreError("precondition_failed", `${key} is not in the state that the request requires`);
export const outOfRange = (key: string, size: number): FileStoreError =>
  new FileStoreError("out_of_range", `${key} has ${size} bytes, and the range begins behind them`);
export const invalidPart = (number: number, reason: string): FileStoreError =>
  new FileStoreError("invalid_part", `part ${number} ${reason}`);
