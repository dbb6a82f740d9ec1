import {
  anonymous,
  type Collection,
  coerce,
  DEFAULT_WORKSPACE_ID,
  type Field,
  isObject,
  type Json,
  type JsonObject,
  PlinthError,
  type Principal,
  toCollection,
  UNRECOGNISED,
} from "@plinth/core";
import {
  bodyOfPart,
  type FieldMap,
  type FilePart,
  filePartsOf,
  type OpenFile,
  type Readings,
  shapeFor,
  withNamedColumns,
  withoutNulls,
} from "@plinth/formats";
import type { CollectionInfo } from "../../../data/collections.ts";
import type { SourceFile } from "../../../import/source-file.ts";
import { textOf } from "../../../schema/try-value.ts";

/** A row as it will be stored. */
export interface PreviewRow {
  readonly row: number;
  readonly cells: ReadonlyMap<string, PreviewCell>;
  /** Why it cannot be read at all. */
  readonly problem?: string;
}

export interface PreviewCell {
  readonly text: string;
  readonly problem?: string;
}

/** Nothing of it is stored. */
const IDENTITY = { id: "", workspaceId: DEFAULT_WORKSPACE_ID, version: 1, table: "", createdAt: "" };
/** Operators import owners, too. */
const OPERATOR: Principal = { ...anonymous(DEFAULT_WORKSPACE_ID), bypass: true };

/** The first rows of a file, as a part to be sent or looked at. */
export async function firstRows(file: OpenFile, most: number): Promise<FilePart> {
  for await (const { records } of filePartsOf(file)) {
    const first = records.slice(0, most);
    return { records: first, bytes: first.reduce((sum, { bytes }) => sum + bytes.byteLength + 1, 0) };
  }
  return { records: [], bytes: 0 };
}

/** Rows converted as the server converts them, each value checked by its field. */
export function previewOf(
  file: OpenFile,
  { records }: FilePart,
  info: CollectionInfo,
  { map, readings }: { readonly map: FieldMap; readonly readings: Readings },
): readonly PreviewRow[] {
  const collection = toCollection(info, IDENTITY);
  const open = withoutNulls(withNamedColumns(file, map), readings.nulls);
  const shape = shapeFor({
    collection,
    principal: OPERATOR,
    names: [...collection.byName.keys()],
    map,
    columns: open.columns,
    convert: true,
    skipUnknown: false,
    readings,
    // Whether the related item exists is only known when the row is written.
    key: (_relation, by): Field => ({ name: by, type: UNRECOGNISED }),
  });
  return records.map((record): PreviewRow => {
    try {
      const body = shape.body(open.parse(record));
      return { row: record.row, cells: cellsOf(collection, body) };
    } catch (error) {
      return { row: record.row, cells: new Map(), problem: messageOf(error) };
    }
  });
}

function cellsOf({ byName }: Collection, body: JsonObject): ReadonlyMap<string, PreviewCell> {
  return new Map(Object.entries(body).map(([name, value]) => [name, cellOf(byName.get(name), value)]));
}

function cellOf(field: Field | undefined, value: Json): PreviewCell {
  if (isObject(value) && isObject(value.$lookup)) {
    const [[key, wanted] = ["", null]] = Object.entries(value.$lookup);
    return { text: `${key} = ${textOf(wanted as Json)}` };
  }
  if (!field || value === null) return { text: textOf(value) };
  try {
    return { text: textOf(coerce(field, value)) };
  } catch (error) {
    return { text: textOf(value), problem: messageOf(error) };
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof PlinthError)) throw error;
  return error.message;
}

/** Rows that are shown, and rows that the server checks. */
const SHOWN = 5;
const CHECKED = 200;

export interface FirstRows {
  readonly rows: readonly PreviewRow[];
  /** How many are in `body`. */
  readonly count: number;
  /** A file of its own, in the format of the whole. */
  readonly body: Uint8Array<ArrayBuffer>;
}

/** The rows with which a file begins, however large it is. */
export async function readFirstRows(
  source: SourceFile,
  collection: CollectionInfo,
  options: { readonly map: FieldMap; readonly readings: Readings },
): Promise<FirstRows> {
  const file = await source.open();
  const part = await firstRows(file, CHECKED);
  const shown = { ...part, records: part.records.slice(0, SHOWN) };
  return {
    rows: previewOf(file, shown, collection, options),
    count: part.records.length,
    body: bodyOfPart(file, part),
  };
}
