import { sheetLines } from "@plinth/formats";
import { Unzip, UnzipInflate } from "fflate";
import { CliError } from "./errors.ts";

/** Files in other wrappings, as the bytes of a plain file. */

type ArchiveChunks = AsyncIterable<Uint8Array>;

/** The one file in a zip archive, while the archive is read. */
export async function* unzipped(path: string, chunks: ArchiveChunks): AsyncGenerator<Uint8Array> {
  let ready: Uint8Array[] = [];
  let failure: Error | null = null;
  const names: string[] = [];
  const unzip = new Unzip((file) => {
    // Folders, and what macOS adds for itself.
    if (file.name.endsWith("/") || file.name.startsWith("__MACOSX/")) return;
    names.push(file.name);
    if (names.length > 1) return;
    file.ondata = (error, data) => {
      failure ??= error;
      if (data) ready.push(data);
    };
    file.start();
  });
  unzip.register(UnzipInflate);
  for await (const chunk of chunks) {
    try {
      unzip.push(chunk);
    } catch (error) {
      throw new CliError(`${path} cannot be unzipped: ${(error as Error).message}`);
    }
    if (failure) throw new CliError(`${path} cannot be unzipped: ${(failure as Error).message}`);
    if (names.length > 1)
      throw new CliError(`${path} holds several files (${names.join(", ")} …); unzip it, and import each.`);
    yield* ready;
    ready = [];
  }
  if (names.length === 0) throw new CliError(`${path} holds no file.`);
}

/** The first sheet of an Excel workbook, or the one with this name, as CSV. The sheet is held in memory. */
export async function* sheetAsCsv(path: string, sheet: string | undefined): AsyncGenerator<Uint8Array> {
  // Loaded only where it is needed.
  const { readSheet } = await import("read-excel-file/node");
  let rows: readonly (readonly unknown[])[];
  try {
    rows = await readSheet(path, sheet ?? 1, { trim: false });
  } catch (error) {
    throw new CliError(`${path} cannot be read as an Excel file: ${(error as Error).message}`);
  }
  const encoder = new TextEncoder();
  for (const line of sheetLines(rows)) yield encoder.encode(`${line}\n`);
}
