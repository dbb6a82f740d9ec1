import { PlinthError } from "@plinth/core";
import {
  bodyOfPart,
  type FilePart,
  filePartsOf,
  type ImportResult,
  type OpenFile,
  type RawRecord,
  type RowError,
} from "@plinth/formats";
import type { Api } from "./api.ts";
import { ApiError, CliError, UnreachableError } from "./errors.ts";

/** As many as an answer of the server lists. */
export const MAX_ERRORS = 1000;

export interface UploadResult {
  total: number;
  inserted: number;
  failed: number;
  errors: RowError[];
  updated?: number;
  ignored?: number;
  errors_truncated?: true;
  ignored_fields?: string[];
  skipped_fields?: string[];
  did_you_mean?: Record<string, string>;
  /** What the change log names in the changes of all parts. */
  request_id?: string;
  /** Rows that an earlier run of the same command had already sent; the counts include them. */
  earlier_rows?: number;
  stopped?: {
    row?: number;
    line?: number;
    error: { code: string; message: string };
    /** From this row on, some rows may be stored and others not: no answer came. */
    unknown?: true;
  };
}

export interface UploadOptions {
  readonly query: Readonly<Record<string, string>>;
  readonly fromRow: number;
  /** The idempotency key of a part. */
  keyOf(first: number, last: number): string;
  onProgress(uploaded: UploadResult): void;
}

/** Sends a file part by part. */
export async function upload(api: Api, slug: string, file: OpenFile, options: UploadOptions): Promise<UploadResult> {
  const uploaded: UploadResult = { total: 0, inserted: 0, failed: 0, errors: [] };
  let sending: RawRecord | undefined;
  try {
    for await (const part of filePartsOf(file, options.fromRow)) {
      sending = part.records[0];
      const run = uploaded.request_id;
      const query = { ...options.query, format: file.format, ...(run !== undefined && { run }) };
      const key = options.keyOf(sending!.row, part.records.at(-1)!.row);
      const { data: result, replayed, requestId } = await api.importPart(slug, query, bodyOfPart(file, part), key);
      sending = undefined;
      merge(uploaded, part, result);
      if (requestId !== null) uploaded.request_id ??= requestId;
      if (replayed) uploaded.earlier_rows = (uploaded.earlier_rows ?? 0) + result.total;
      options.onProgress(uploaded);
      if (result.stopped) break;
    }
  } catch (error) {
    if (isOfOtherOptions(error)) stop(uploaded, addedBefore(slug, error as ApiError), undefined);
    else stop(uploaded, error, sending);
  }
  return uploaded;
}

/** The server counts rows of the part; this converts them to rows of the file. */
function merge(uploaded: UploadResult, { records }: FilePart, result: ImportResult): void {
  const locationOf = (row: number) => ({ row: records[row - 1]?.row ?? row, line: records[row - 1]?.line ?? 0 });
  uploaded.total += result.total;
  uploaded.inserted += result.inserted;
  uploaded.failed += result.failed;
  if (result.updated !== undefined) uploaded.updated = (uploaded.updated ?? 0) + result.updated;
  if (result.ignored !== undefined) uploaded.ignored = (uploaded.ignored ?? 0) + result.ignored;
  const remaining = MAX_ERRORS - uploaded.errors.length;
  const errors = result.errors.map(({ row, error }) => ({ ...locationOf(row), error }));
  uploaded.errors.push(...errors.slice(0, remaining));
  if (result.errors_truncated || errors.length > remaining) uploaded.errors_truncated = true;
  if (result.ignored_fields) uploaded.ignored_fields = result.ignored_fields;
  if (result.skipped_fields) {
    uploaded.skipped_fields = [...new Set([...(uploaded.skipped_fields ?? []), ...result.skipped_fields])];
  }
  if (result.did_you_mean) uploaded.did_you_mean = { ...uploaded.did_you_mean, ...result.did_you_mean };
  if (result.stopped) {
    const { row, error } = result.stopped;
    uploaded.stopped = { ...(row !== undefined && locationOf(row)), error };
  }
}

/** Rows of this part were added by an earlier run with other options. */
function isOfOtherOptions(error: unknown): boolean {
  return error instanceof ApiError && error.details.differences !== undefined;
}

/** No row to continue from is advised: that would add its rows again. */
function addedBefore(slug: string, { status, code, details }: ApiError): ApiError {
  const advice = "To add all of its rows again, use --run with a name, such as --run 2; to update them, --on-conflict.";
  const text = `Rows of this file were added to ${slug} before, with other options (${details.differences!.join("; ")}). ${advice}`;
  return new ApiError(status, code, text, details);
}

/** Before any row is imported, a refusal fails the command; later it is part of the result. */
function stop(uploaded: UploadResult, error: unknown, sending: RawRecord | undefined): void {
  if (!(error instanceof CliError) && !(error instanceof PlinthError)) throw error;
  const unknown = isUnknown(error);
  if (uploaded.total === 0 && !unknown)
    throw error instanceof PlinthError ? new CliError(`The file cannot be read: ${error.message}`) : error;
  const { row, line } =
    sending ?? ((error as PlinthError).details as { row?: number; line?: number } | undefined) ?? {};
  const code = (error as PlinthError | ApiError).code ?? "UNAVAILABLE";
  uploaded.stopped = {
    ...(row !== undefined && { row }),
    ...(line !== undefined && { line }),
    error: { code, message: error.message },
    ...(unknown && { unknown: true as const }),
  };
}

/** Whether the server may have stored rows of the part: it gave no answer, or one that does not say. */
function isUnknown(error: unknown): boolean {
  return (
    error instanceof UnreachableError ||
    (error instanceof ApiError && !isOfOtherOptions(error) && (error.status >= 500 || error.status === 409))
  );
}
