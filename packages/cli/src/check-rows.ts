import {
  anonymous,
  type Collection,
  type CollectionDefinition,
  coerce,
  DEFAULT_WORKSPACE_ID,
  type Field,
  type JsonObject,
  PlinthError,
  toCollection,
  UNRECOGNISED,
} from "@plinth/core";
import { type FieldMap, type Readings, shapeFor, withNamedColumns, withoutNulls } from "@plinth/formats";
import { CliError } from "./errors.ts";
import type { SourceFile } from "./source-file.ts";
import { MAX_ERRORS, type UploadResult } from "./upload.ts";

/** Nothing of it is stored. */
const IDENTITY = { id: "", workspaceId: DEFAULT_WORKSPACE_ID, version: 1, table: "", createdAt: "" };

/** Checks a file's rows against the fields of a collection that is not there yet, as the server checks their values. */
export async function checkRows(
  file: SourceFile,
  definition: CollectionDefinition,
  options: { map: FieldMap; readings: Readings; fromRow: number; onProgress(checked: UploadResult): void },
): Promise<UploadResult> {
  const { map, readings, fromRow, onProgress } = options;
  const collection = toCollection(definition, IDENTITY);
  const checked: UploadResult = { total: 0, inserted: 0, failed: 0, errors: [] };
  try {
    const open = withoutNulls(withNamedColumns(await file.open(), map), readings.nulls);
    const shape = shapeFor({
      collection,
      principal: anonymous(DEFAULT_WORKSPACE_ID),
      names: definition.fields.map(({ name }) => name),
      map,
      convert: true,
      columns: open.columns,
      skipUnknown: false,
      readings,
      // Whether the related item exists is only known when the row is written.
      key: (_relation, by): Field => ({ name: by, type: UNRECOGNISED }),
    });
    for await (const batch of open.batches) {
      for (const record of batch) {
        if (record.row < fromRow) continue;
        checked.total++;
        try {
          checkValues(collection, shape.body(open.parse(record)));
        } catch (error) {
          if (!(error instanceof PlinthError)) throw error;
          fail(checked, record, error);
        }
      }
      onProgress(checked);
    }
  } catch (error) {
    if (error instanceof PlinthError) throw new CliError(`${file.path}: ${error.message}`);
    throw error;
  }
  return checked;
}

function checkValues({ byName }: Collection, body: JsonObject): void {
  for (const [name, value] of Object.entries(body)) {
    const field = byName.get(name);
    if (field && value !== null && !isLookup(value)) coerce(field, value);
  }
}

function isLookup(value: JsonObject[string]): boolean {
  return typeof value === "object" && value !== null && Object.hasOwn(value, "$lookup");
}

function fail(checked: UploadResult, { row, line }: { row: number; line: number }, error: PlinthError): void {
  const { code, message, details } = error;
  checked.failed++;
  if (checked.errors.length >= MAX_ERRORS) checked.errors_truncated = true;
  else checked.errors.push({ row, line, error: { code, message, ...(details?.field && { field: details.field }) } });
}
