import { PlinthError } from "@plinth/core";
import { type Inference, type ScanOptions, scanFile } from "@plinth/formats";
import { CliError } from "./errors.ts";
import type { SourceFile } from "./source-file.ts";

/** Reads a file once, row by row, to find its fields. `chosen`: the value of `--map`. */
export async function scan(file: SourceFile, options: ScanOptions): Promise<Inference> {
  try {
    return await scanFile(await file.open(), options);
  } catch (error) {
    if (error instanceof PlinthError) throw new CliError(`${file.path}: ${error.message}`);
    throw error;
  }
}
