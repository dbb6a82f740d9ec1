import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { PlinthError } from "@plinth/core";
import {
  type Format,
  inUtf8,
  type OpenFile,
  openFile,
  type TextEncoding,
  textEncodingOf,
  withoutGzip,
} from "@plinth/formats";
import { sheetAsCsv, unzipped } from "./archives.ts";
import { CliError, usage } from "./errors.ts";
import { formatOfFile } from "./options.ts";

const READ_BYTES = 256 * 1024;

/** A file on disk that can be read from the beginning, more than once. */
export interface SourceFile {
  readonly path: string;
  readonly format: Format;
  readonly size: number;
  /** Bytes read since it was last opened. */
  readonly bytesRead: number;
  /** Of its text; what is sent is UTF-8. */
  encoding(): Promise<TextEncoding>;
  open(): Promise<OpenFile>;
  /** Identifies what the file holds, however it is packed. */
  digest(): Promise<string>;
}

export async function findFile(path: string, format: Format | undefined, sheet?: string): Promise<SourceFile> {
  const unreadable = (error: NodeJS.ErrnoException): never => {
    throw new CliError(
      error.code === "ENOENT" ? `There is no file ${path}.` : `${path} cannot be read: ${error.message}`,
    );
  };
  const facts = await stat(path).catch(unreadable);
  if (facts.isDirectory()) throw new CliError(`${path} is a folder; import takes one file.`);
  // What is inside decides: flights.csv.gz is a CSV.
  const inner = path.replace(/\.(gz|zip)$/i, "");
  const isZip = /\.zip$/i.test(path);
  const isSheet = /\.xlsx$/i.test(path);
  if (sheet !== undefined && !isSheet) throw usage("--sheet goes with an .xlsx file");
  const found = isSheet ? "csv" : formatOfFile(format, inner);
  if (!found) throw usage(`Give the format of ${path} with --format csv, --format json or --format ndjson`);
  let bytesRead = 0;
  let known: TextEncoding | undefined;
  async function* chunks(): AsyncGenerator<Uint8Array> {
    bytesRead = 0;
    try {
      for await (const chunk of createReadStream(path, { highWaterMark: READ_BYTES })) {
        bytesRead += (chunk as Uint8Array).byteLength;
        yield chunk as Uint8Array;
      }
    } catch (error) {
      unreadable(error as NodeJS.ErrnoException);
    }
  }
  const contents = (): AsyncIterable<Uint8Array> => {
    if (isSheet) return sheetAsCsv(path, sheet);
    return isZip ? unzipped(path, chunks()) : chunks();
  };
  const encoding = async (): Promise<TextEncoding> => {
    known ??= isSheet ? "utf-8" : await textEncodingOf(contents());
    return known;
  };
  return {
    path,
    format: found,
    size: facts.size,
    get bytesRead() {
      return bytesRead;
    },
    encoding,
    async open() {
      const from = await encoding();
      return openFile(found, inUtf8(contents(), from), true);
    },
    async digest() {
      const hash = createHash("sha256");
      try {
        for await (const chunk of withoutGzip(contents())) hash.update(chunk);
      } catch (error) {
        throw error instanceof PlinthError ? new CliError(`${path}: ${error.message}`) : error;
      }
      return hash.digest("base64url");
    },
  };
}
