import { type Collection, type Field, invalid } from "@plinth/core";
import type { ImportProgress, ImportResult } from "@plinth/formats";
import {
  type ByteSource,
  type FieldMap,
  type Format,
  openFile,
  type Readings,
  shapeFor,
  withNamedColumns,
  withoutNulls,
} from "@plinth/formats";
import { reportableNames } from "../access/writable-fields.ts";
import { requireWriteAccess } from "../access/write-policy.ts";
import { collectionOf } from "../kernel/catalog.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { lookupField } from "../write/lookup-fields.ts";
import { conflictFields, type UpsertOptions } from "../write/upsert.ts";
import type { UpsertInput } from "../write/upsert-items.ts";
import { Checkpoint } from "./checkpoint.ts";
import { namedOptions } from "./earlier-options.ts";
import { Importer } from "./importer.ts";
import { ImportReport } from "./report.ts";
import { RowReader } from "./row-reader.ts";
import { RowUpdater } from "./row-updater.ts";

export interface ImportOptions {
  readonly format: Format;
  /** Checks every row and writes nothing. What only the database knows (unique values, references) is not checked. */
  readonly dryRun?: boolean;
  readonly map?: FieldMap;
  /** Converts JSON values to the fields' types, as CSV cells always are. */
  readonly convert?: boolean;
  /** Names in the file that are no fields are passed over. */
  readonly skipUnknown?: boolean;
  readonly readings?: Readings;
  /** Default `insert`. With `update`, each row changes the item that its `id` names: all rows, or none. */
  readonly mode?: "insert" | "update" | undefined;
  /** Rows of existing items update or ignore these. */
  readonly upsert?: UpsertInput;
}

/**
 * Imports a file's rows into a collection as they arrive, each under the caller's own create rules, and reports every
 * refused row. Not atomic as a whole, unless `mode` is `update`: valid rows are imported. If it throws, nothing was written. A later failure ends
 * the import, and the report says where it stopped. With an idempotency key, it continues after the last row of an
 * earlier request with the same key and file, and reports both as one.
 */
export async function importItems(
  ctx: RequestContext,
  slug: string,
  source: ByteSource,
  options: ImportOptions,
  onProgress?: (progress: ImportProgress) => void,
): Promise<ImportResult> {
  const collection = collectionOf(ctx, slug);
  const updates = options.mode === "update";
  const action = updates ? "update" : "create";
  requireWriteAccess(ctx.catalog, ctx.principal, collection, action, []);
  if (updates && options.upsert) throw invalid("on_conflict", "mode=update finds items by their id; leave it out");
  const { map = {}, convert = false, skipUnknown = false, readings = {} } = options;
  const upsert = options.upsert && upsertOptions(ctx, collection, options.upsert);
  const file = withoutNulls(withNamedColumns(await openFile(options.format, source, convert), map), readings.nulls);
  const { principal } = ctx;
  const names = reportableNames(ctx.catalog, principal, collection, action);
  const key = (field: Field, by: string, at: string) => lookupField(ctx, field, by, at);
  const shape = shapeFor({
    collection,
    principal,
    names,
    map,
    convert,
    columns: file.columns,
    skipUnknown,
    readings,
    key,
    versions: updates,
  });
  const report = new ImportReport(options.dryRun ?? false, shape, updates || upsert !== undefined);
  const checkpoint = ctx.lock && new Checkpoint(ctx, ctx.lock, report, file, namedOptions(options));
  const reader = new RowReader({ ctx, collection, action, shape, file, report, checkpoint });
  const importer = updates
    ? new RowUpdater(ctx, collection, reader, report, checkpoint)
    : new Importer(ctx, collection, reader, report, checkpoint, upsert);
  try {
    for await (const batch of file.batches) {
      await importer.addAll(batch);
      await checkpoint?.renew();
      if (!checkpoint?.isBehind) onProgress?.(report.progress);
    }
    checkpoint?.requirePassed();
    await importer.flush();
  } catch (error) {
    await importer.stop(error);
  }
  const result = report.result();
  // A stopped import may continue when the request is sent again.
  if (!result.stopped) await checkpoint?.end(result);
  return result;
}

function upsertOptions(
  ctx: RequestContext,
  collection: Collection,
  { on_conflict, resolution = "merge" }: UpsertInput,
): UpsertOptions {
  const merge = resolution === "merge";
  const fields = conflictFields(ctx, collection, on_conflict, "on_conflict", merge);
  return { fields, merge, prefix: () => "", stored: true };
}
