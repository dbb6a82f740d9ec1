import { type Inferred, type OpenFile, type Readings, scanFile } from "@plinth/formats";
import { Observed } from "./observed.ts";
import { inSlices } from "./slices.ts";
import type { SourceFile } from "./source-file.ts";

export interface Scanned {
  readonly inferred: Inferred;
  readonly observed: Observed;
  /** Of all that the rows have, except columns without a name. */
  readonly names: readonly string[];
  /** Of a CSV; null where each row names its own. */
  readonly columns: readonly string[] | null;
  readonly rows: number;
}

/** Reads all of a file once: its columns, their types and some of their values. */
export async function scanSourceFile(
  file: SourceFile,
  readings: Readings,
  onProgress: (rows: number) => void,
): Promise<Scanned> {
  const open = await file.open();
  const observed = new Observed(readings.nulls);
  const watched: OpenFile = {
    ...open,
    batches: inSlices(open.batches),
    parse: (record) => {
      const row = open.parse(record);
      observed.add(row);
      return row;
    },
  };
  // A column without a name is left out: it is mostly the comma at the end of each line.
  const chosen = Object.fromEntries(open.unnamed.map(({ name }) => [name, null]));
  const inference = await scanFile(watched, { chosen, readings, onProgress });
  const names = inference.names.filter((name) => !Object.hasOwn(chosen, name));
  return { inferred: inference.result(chosen), observed, names, columns: open.columns, rows: inference.rows };
}
