import { PlinthError } from "@plinth/core";
import type { OpenFile } from "./formats.ts";
import { Inference } from "./infer.ts";
import { cellType } from "./numbers.ts";
import { type Readings, withoutNulls, withPlainDates } from "./readings.ts";
import type { FieldMap } from "./shape.ts";
import { withNamedColumns } from "./unnamed.ts";

export interface ScanOptions {
  /** Where columns go, as the user has decided. */
  readonly chosen: FieldMap;
  readonly readings?: Readings;
  /** How many rows are read at least, if there are so many. Default: all. */
  readonly maxRows?: number;
  /** The names to read; by default, all. */
  readonly only?: (name: string) => boolean;
  readonly onProgress?: (rows: number) => void;
}

/** Reads a file, row by row, to find its fields. Unreadable rows are left to the import. */
export async function scanFile(file: OpenFile, options: ScanOptions): Promise<Inference> {
  const { chosen, readings = {}, maxRows = Number.POSITIVE_INFINITY, only, onProgress } = options;
  const named = withNamedColumns(file, chosen);
  const open = withPlainDates(withoutNulls(named, readings.nulls), readings.dates);
  const isUnnamed = ({ details }: PlinthError) => open.unnamed.some(({ name }) => name === details?.field);
  const inference = new Inference(open.format === "csv", only, cellType(readings));
  for (const name of open.columns ?? []) inference.expect(name);
  for await (const batch of open.batches) {
    for (const record of batch) {
      try {
        inference.add(open.parse(record), record);
      } catch (error) {
        // A column without a name would fail in most rows: the user decides before the first one is imported.
        if (!(error instanceof PlinthError) || error.code === "LIMIT_EXCEEDED" || isUnnamed(error)) throw error;
      }
    }
    onProgress?.(inference.rows);
    if (inference.rows >= maxRows) break;
  }
  return inference;
}
