import { type Inferred, type OpenFile, type Readings, scanFile } from "@plinth/formats";
import { Observed } from "./columns.ts";
import type { StartFile } from "./start-file.ts";

export interface Scanned {
  readonly inferred: Inferred;
  readonly observed: Observed;
  /** Of a CSV; null where each row names its own. */
  readonly columns: readonly string[] | null;
  readonly rows: number;
}

/** Reads all of a file once: its columns, their types and some of their values. */
export async function scanStartFile(
  file: StartFile,
  readings: Readings,
  onProgress: (rows: number) => void,
): Promise<Scanned> {
  const open = await file.open();
  const observed = new Observed();
  const watched: OpenFile = {
    ...open,
    parse: (record) => {
      const row = open.parse(record);
      observed.add(row);
      return row;
    },
  };
  // A column without a name is left out: it is mostly the comma at the end of each line.
  const chosen = Object.fromEntries(open.unnamed.map(({ name }) => [name, null]));
  const inference = await scanFile(watched, { chosen, readings, onProgress });
  return { inferred: inference.result(chosen), observed, columns: open.columns, rows: inference.rows };
}
