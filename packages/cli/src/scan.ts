import { PlinthError } from "@plinth/core";
import { Inference, withNamedColumns } from "@plinth/formats";
import { CliError } from "./errors.ts";
import type { SourceFile } from "./source-file.ts";

/** Reads a file once, row by row, to find its fields. Unreadable rows are left to the import. */
export async function scan(
  file: SourceFile,
  options: {
    /** The value of `--map`. */
    chosen: Readonly<Record<string, string | null>>;
    maxRows?: number;
    only?: (name: string) => boolean;
    onProgress?: (rows: number) => void;
  },
): Promise<Inference> {
  const { chosen, maxRows = Number.POSITIVE_INFINITY, only, onProgress } = options;
  try {
    const open = withNamedColumns(await file.open(), chosen);
    const isUnnamed = ({ details }: PlinthError) => open.unnamed.some(({ name }) => name === details?.field);
    const inference = new Inference(open.format === "csv", only);
    for (const name of open.columns ?? []) inference.expect(name);
    for await (const batch of open.batches) {
      for (const record of batch) {
        try {
          inference.add(open.parse(record));
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
