import type { Readings } from "@plinth/formats";
import { useRef, useState } from "react";
import { type Scanned, scanSourceFile } from "./scan-file.ts";
import type { SourceFile } from "./source-file.ts";

interface FileScan {
  /** While a file is read. */
  readonly rowsRead: number | undefined;
  readonly error: unknown;
  readonly setError: (error: unknown) => void;
  /** Undefined: it cannot be read, or another reading has begun meanwhile. */
  readonly scan: (open: () => Promise<SourceFile>, readings: Readings) => Promise<ScannedFile | undefined>;
}

interface ScannedFile {
  readonly file: SourceFile;
  readonly scanned: Scanned;
}

const REDRAWN_MS = 100;

/** Reads files, and says how far it is. */
export function useScan(): FileScan {
  const [rowsRead, setRowsRead] = useState<number>();
  const [error, setError] = useState<unknown>();
  const readingNow = useRef(0);
  const scan: FileScan["scan"] = async (open, readings) => {
    const reading = ++readingNow.current;
    const isNewest = () => reading === readingNow.current;
    setError(undefined);
    setRowsRead(0);
    let shown = performance.now();
    const show = (rows: number) => {
      // A page that is drawn for every slice would be slower than the reading.
      if (!isNewest() || performance.now() - shown < REDRAWN_MS) return;
      shown = performance.now();
      setRowsRead(rows);
    };
    try {
      const file = await open();
      const scanned = await scanSourceFile(file, readings, show);
      return isNewest() ? { file, scanned } : undefined;
    } catch (refusal) {
      if (isNewest()) setError(refusal);
      return undefined;
    } finally {
      if (isNewest()) setRowsRead(undefined);
    }
  };
  return { rowsRead, error, setError, scan };
}
