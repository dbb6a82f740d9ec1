import { PlinthError } from "@plinth/core";
import { cellType, Inference, type Readings, withNamedColumns, withoutNulls, withPlainDates } from "@plinth/formats";
import { CliError } from "./errors.ts";
import type { SourceFile } from "./source-file.ts";

/** Reads a file once, row by row, to find its fields. Unreadable rows are left to the import. */
export async function scan(
  file: SourceFile,
  options: {
    /** The value of `--map`. */
    chosen: Readonly<Record<string, string | null>>;
    readings?: Readings;
    maxRows?: number;
    only?: (name: string) => boolean;
    onProgress?: (rows: number) => void;
  },
): Promise<Inference> {
  const { chosen, readings = {}, maxRows = Number.POSITIVE_INFINITY, only, onProgress } = options;
  try {
    const named = withNamedColumns(await file.open(), chosen);
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
  } catch (error) {
    if (error instanceof PlinthError) throw new CliError(`${file.path}: ${error.message}`);
    throw error;
  }
}
