import type { JsonObject } from "@plinth/core";
import { requireKnown } from "../known-options.ts";
import type { AnySchema, Query, Slug } from "../schema/index.ts";
import { itemsPath } from "./path.ts";
import { parametersOf } from "./query.ts";
import {
  jsonIn,
  REQUEST_OPTIONS,
  type Requester,
  type RequestOptions,
  WRITE_OPTIONS,
  type WriteOptions,
} from "./request.ts";

export type FileFormat = "csv" | "json" | "ndjson";

export interface ImportOptions extends WriteOptions {
  readonly format: FileFormat;
  /** Checks, and writes nothing. */
  readonly dry_run?: boolean | undefined;
  /** Which name in the file is which field; `null` leaves it out. */
  readonly map?: JsonObject | undefined;
  /** Texts that mean no value. */
  readonly null?: string | readonly string[] | undefined;
  /** How the file writes days, such as `DD.MM.YYYY`. */
  readonly dates?: string | undefined;
  /** What stands before the decimals of numbers. Default: `point`. */
  readonly decimal?: "point" | "comma" | "grouped" | undefined;
  /** What happens to names that are not fields. Default: `refuse`. */
  readonly unknown?: "refuse" | "skip" | undefined;
  /** Converts JSON values to the fields' types. */
  readonly convert?: boolean | undefined;
  /**
   * Default: `insert`. With `update`, each row changes the item of its `id`, which has the row's `version` if it names one: all
   * rows, or none.
   */
  readonly mode?: "insert" | "update" | undefined;
  /** Rows of existing items update them: a unique field or set. */
  readonly on_conflict?: string | readonly string[] | undefined;
  readonly resolution?: "merge" | "ignore" | undefined;
  /** Of a file in parts: the id of the request with the first part, so that all of them can be undone as one. */
  readonly run?: string | undefined;
}

export interface ImportReport {
  readonly total: number;
  readonly inserted: number;
  readonly failed: number;
  readonly updated?: number;
  readonly ignored?: number;
  readonly errors: readonly {
    readonly row: number;
    readonly line?: number;
    readonly error: { readonly code: string; readonly message: string; readonly field?: string };
  }[];
  readonly errors_truncated?: boolean;
  readonly ignored_fields?: readonly string[];
  readonly skipped_fields?: readonly string[];
  /** Fields that some of them may mean. */
  readonly did_you_mean?: { readonly [name: string]: string };
  /** Why the import ended before the end of the file; the rows before this one are done. */
  readonly stopped?: { readonly row: number; readonly error: { readonly code: string; readonly message: string } };
  readonly dry_run: boolean;
}

export interface ExportOptions<S extends AnySchema = AnySchema, C extends Slug<S> = Slug<S>>
  extends Pick<Query<S, C>, "filter" | "sort" | "fields">,
    RequestOptions {
  /** Default: `json`. */
  readonly format?: FileFormat | undefined;
}

export interface ItemTransfer<S extends AnySchema = AnySchema, C extends Slug<S> = Slug<S>> {
  /**
   * Adds the rows of a file: a text, a `Blob`, bytes or a stream. Rows with errors are reported and left out. A file that is
   * no stream is sent again where no answer comes; it continues where it stopped.
   */
  import(file: BodyInit, options: ImportOptions): Promise<ImportReport>;
  /** A file of all items that match, as the response whose `body` is the file. */
  export(options?: ExportOptions<S, C>): Promise<Response>;
}

export const IMPORT_PARAMETERS = [
  "format",
  "dry_run",
  "map",
  "null",
  "dates",
  "decimal",
  "unknown",
  "convert",
  "mode",
  "on_conflict",
  "resolution",
  "run",
] as const satisfies readonly (keyof ImportOptions)[];

export const EXPORT_PARAMETERS = [
  "format",
  "filter",
  "sort",
  "fields",
] as const satisfies readonly (keyof ExportOptions)[];

export function transferOf(slug: string, request: Requester): ItemTransfer {
  return {
    async import(raw, options) {
      requireKnown(options, [...IMPORT_PARAMETERS, ...WRITE_OPTIONS], "import");
      const asked = { method: "POST", path: `${itemsPath(slug)}/import`, raw, write: true } as const;
      const query = parametersOf(chosen(options, IMPORT_PARAMETERS));
      // A large file takes long.
      const limits = { ...options, timeoutMs: options.timeoutMs ?? 0 };
      return (await request({ ...asked, query }, limits, jsonIn<{ data: ImportReport }>)).data;
    },
    async export(options = {}) {
      requireKnown(options, [...EXPORT_PARAMETERS, ...REQUEST_OPTIONS], "export");
      const query = parametersOf(chosen(options, EXPORT_PARAMETERS));
      const asked = { method: "GET", path: `${itemsPath(slug)}/export`, query, stream: true } as const;
      return request({ ...asked, accept: "*/*" }, options, async (response) => response);
    },
  };
}

function chosen<T extends object>(options: T, names: readonly (keyof T)[]): object {
  return Object.fromEntries(names.map((name) => [name, options[name]]));
}
