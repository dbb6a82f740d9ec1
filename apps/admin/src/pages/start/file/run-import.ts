import type { ImportOptions, ImportReport, View } from "@plinth/client";
import { bodyOfPart, type FieldMap, type FilePart, filePartsOf, type OpenFile, type Readings } from "@plinth/formats";
import { type FailedRow, failedRowOf } from "./failed-rows.ts";

export interface ImportTask {
  readonly client: View;
  readonly slug: string;
  readonly map: FieldMap;
  readonly readings: Readings;
  /** Repeated parts of one run are written once. */
  readonly run: string;
  readonly signal: AbortSignal;
}

export interface ImportState {
  readonly total: number;
  readonly inserted: number;
  readonly failed: number;
  /** Those that the server has named: the first 1,000 of each part. */
  readonly rows: readonly FailedRow[];
  /** The row that the next part begins with. */
  readonly next: number;
  /** Why it ended before the file did. */
  readonly stopped?: unknown;
}

export const NOTHING_IMPORTED: ImportState = { total: 0, inserted: 0, failed: 0, rows: [], next: 1 };

/** Rows that can be shown and mended in a page. */
const MOST_ROWS = 1000;

/** Sends a file part by part, from the row where an earlier state ended. */
export async function runImport(
  task: ImportTask,
  file: OpenFile,
  from: ImportState,
  onState: (state: ImportState) => void,
): Promise<ImportState> {
  const { stopped: _, ...begun } = from;
  let state: ImportState = begun;
  try {
    for await (const part of filePartsOf(file, state.next)) {
      const report = await sendPart(task, file, part);
      state = merged(state, file, part, report);
      onState(state);
      if (report.stopped) return { ...state, stopped: new Error(report.stopped.error.message) };
    }
    return state;
  } catch (error) {
    return { ...state, stopped: error };
  }
}

function sendPart(task: ImportTask, file: OpenFile, part: FilePart): Promise<ImportReport> {
  const { client, slug, run, signal } = task;
  const key = `${run}-${part.records[0]!.row}-${part.records.at(-1)!.row}`;
  return client
    .from(slug)
    .import(bodyOfPart(file, part), { ...importOptions(task, file.format), idempotencyKey: key, signal });
}

export function importOptions(
  { map, readings }: Pick<ImportTask, "map" | "readings">,
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
  };
}

function merged(state: ImportState, file: OpenFile, part: FilePart, report: ImportReport): ImportState {
  const failed = report.errors.map(({ row, error }) => failedRowOf(file, part.records[row - 1], row, error));
  return {
    total: state.total + report.total,
    inserted: state.inserted + report.inserted,
    failed: state.failed + report.failed,
    rows: [...state.rows, ...failed].slice(0, MOST_ROWS),
    next: part.records.at(-1)!.row + 1,
  };
}
