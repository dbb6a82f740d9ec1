import type { ImportOptions, ImportReport, View } from "@plinth/client";
import { bodyOfPart, type FieldMap, type FilePart, filePartsOf, type OpenFile, type Readings } from "@plinth/formats";
import { type FailedRow, failedRowOf } from "./failed-rows.ts";

export interface ImportTask {
  readonly client: View;
  readonly slug: string;
  readonly map: FieldMap;
  readonly readings: Readings;
  /** By what a row finds the item that it changes; absent: each row is a new item. */
  readonly existing?: { readonly by: readonly string[]; readonly resolution: "merge" | "ignore" } | undefined;
  /** Repeated parts of one run are written once. */
  readonly run: string;
  readonly signal: AbortSignal;
}

export interface ImportState {
  readonly total: number;
  readonly inserted: number;
  readonly updated: number;
  /** Items that were there, and stay as they are. */
  readonly ignored: number;
  readonly failed: number;
  /** Refused rows that somebody does not want. */
  readonly leftOut: number;
  /** Those that the server has named: the first 1,000 of each part. */
  readonly rows: readonly FailedRow[];
  /** The row that the next part begins with. */
  readonly next: number;
  /** Of the first part: all parts can be undone by it. */
  readonly requestId?: string;
  /** Why it ended before the file did. */
  readonly stopped?: unknown;
  /** The state before a part that was written only in part: it is sent again, and then answers for all of its rows. */
  readonly before?: ImportState;
}

export const NOTHING_IMPORTED: ImportState = {
  total: 0,
  inserted: 0,
  updated: 0,
  ignored: 0,
  failed: 0,
  leftOut: 0,
  rows: [],
  next: 1,
};

/** Rows that can be shown and mended in a page. */
const MOST_ROWS = 1000;

/** Sends a file part by part, from the row where an earlier state ended. */
export async function runImport(
  task: ImportTask,
  file: OpenFile,
  from: ImportState,
  onState: (state: ImportState) => void,
): Promise<ImportState> {
  const { stopped: _stopped, before, ...begun } = from;
  let state: ImportState = before ?? begun;
  try {
    for await (const part of filePartsOf(file, state.next)) {
      const { requestId, ...report } = await sendPart(task, file, part, state.requestId);
      const whole = state;
      state = { ...merged(state, file, part, report), ...(requestId !== undefined && { requestId }) };
      onState(state);
      if (report.stopped)
        return { ...state, next: whole.next, before: whole, stopped: new Error(report.stopped.error.message) };
    }
    return state;
  } catch (error) {
    return { ...state, stopped: error };
  }
}

type SentPart = ImportReport & Pick<ImportState, "requestId">;

async function sendPart(task: ImportTask, file: OpenFile, part: FilePart, first?: string): Promise<SentPart> {
  const { client, slug, run, signal } = task;
  let requestId = first;
  const report = await client.from(slug).import(bodyOfPart(file, part), {
    ...importOptions(task, file.format),
    ...(first !== undefined && { run: first }),
    idempotencyKey: `${run}-${part.records[0]!.row}-${part.records.at(-1)!.row}`,
    onRequestId: (id) => {
      requestId ??= id;
    },
    signal,
  });
  return { ...report, ...(requestId !== undefined && { requestId }) };
}

export function importOptions(
  { map, readings, existing }: Pick<ImportTask, "map" | "readings" | "existing">,
  format: ImportOptions["format"],
): ImportOptions {
  const { nulls = [], dates, decimal } = readings;
  return {
    format,
    convert: true,
    ...(Object.keys(map).length > 0 && { map: { ...map } }),
    ...(nulls.length > 0 && { null: nulls }),
    ...(dates !== undefined && { dates }),
    ...(decimal !== undefined && { decimal }),
    ...(existing && { on_conflict: existing.by, resolution: existing.resolution }),
  };
}

/** Rows that are in the database because of the import. */
export function writtenBy({ inserted, updated }: Pick<ImportState, "inserted" | "updated">): number {
  return inserted + updated;
}

/** The state after more rows were sent. */
function counted(state: ImportState, report: ImportReport): ImportState {
  const { inserted, updated = 0, ignored = 0 } = report;
  return {
    ...state,
    inserted: state.inserted + inserted,
    updated: state.updated + updated,
    ignored: state.ignored + ignored,
  };
}

/** The state after refused rows were mended and sent again; `rows` are refused still. */
export function mendedState(state: ImportState, rows: readonly FailedRow[], report: ImportReport): ImportState {
  return { ...counted(state, report), rows, failed: state.failed - (report.total - report.failed) };
}

/** The state without refused rows that somebody does not want. */
export function leftOutState(state: ImportState, unwanted: readonly FailedRow[]): ImportState {
  const numbers = new Set(unwanted.map(({ row }) => row));
  const rows = state.rows.filter(({ row }) => !numbers.has(row));
  const count = state.rows.length - rows.length;
  return { ...state, rows, failed: state.failed - count, leftOut: state.leftOut + count };
}

function merged(state: ImportState, file: OpenFile, part: FilePart, report: ImportReport): ImportState {
  const failed = report.errors.map(({ row, error }) => failedRowOf(file, part.records[row - 1], row, error));
  return {
    ...counted(state, report),
    total: state.total + report.total,
    failed: state.failed + report.failed,
    rows: [...state.rows, ...failed].slice(0, MOST_ROWS),
    next: part.records.at(-1)!.row + 1,
  };
}
