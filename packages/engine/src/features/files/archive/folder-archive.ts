import {
  and,
  type Collection,
  type Condition,
  FULL_ACCESS,
  invalid,
  NEVER,
  type ReadPolicy,
  type Row,
} from "@plinth/core";
import { bind } from "../../../kernel/bindings.ts";
import type { RequestContext } from "../../../kernel/engine.ts";
import { hasValues } from "../../../read/conditions.ts";
import { requireKnownBucket } from "../buckets.ts";
import { filesCollection, isBelow, normalPath, noSuchFile, requireReadRules } from "../file-items.ts";
import { MOST_AT_ONCE } from "../move-files.ts";
import { storeOf } from "../object-store.ts";
import { type FileBytes, readContent } from "../read-file.ts";
import { findBucketRow } from "../repository.ts";

/** Bytes of all files of one archive together. */
const MOST_BYTES = 64 * 1024 ** 3;

/** A file of a folder, as it is when the archive begins. */
export interface ArchivedFile {
  /** Its path within the folder. */
  readonly name: string;
  readonly size: number;
  /** Milliseconds since the Unix epoch. */
  readonly modifiedAt: number;
  open(): Promise<FileBytes>;
}

/**
 * The files of a folder and of those below it whose bytes the caller may read, in the order of their paths. What is replaced or deleted
 * afterwards is sent as it was. Throws `NOT_FOUND` where there are none.
 */
export async function openFolderArchive(
  ctx: RequestContext,
  bucket: string,
  { prefix = "" }: { readonly prefix?: string | undefined },
): Promise<ArchivedFile[]> {
  const collection = filesCollection(ctx);
  const policy = requireReadRules(ctx, collection);
  await requireKnownBucket(ctx, bucket);
  const store = await storeOf(ctx.engine);
  const folder = prefix === "" ? "" : normalPath(prefix, "prefix");
  const where = folder === "" ? hasValues(collection, ["bucket"], { bucket }) : isBelow(collection, bucket, folder);
  const isPublic = (await findBucketRow(ctx.driver, ctx.principal.workspaceId, bucket))?.isPublic ?? false;
  const rows = await rowsOf(ctx, collection, and(where, ...readableBytes(ctx, collection, policy, isPublic)));
  if (rows.length === 0) throw noSuchFile({ bucket, path: folder });
  requireFew(rows);
  const skip = folder === "" ? 0 : folder.length + 1;
  return rows.map((row) => ({
    name: withoutDrive((row.path as string).slice(skip)),
    size: row.size as number,
    modifiedAt: Date.parse(row.updated_at as string),
    open: () => readContent(ctx, store, row.content as string),
  }));
}

async function rowsOf(ctx: RequestContext, collection: Collection, where: Condition): Promise<Row[]> {
  const sort = [{ ref: { field: collection.byName.get("path")! }, direction: "asc" as const }];
  const select = ["id", "path", "size", "content", "updated_at"];
  const limit = { value: MOST_AT_ONCE + 1 };
  const tree = { collection, policy: FULL_ACCESS, where, select, sort, limit };
  return (await ctx.source(collection).store.find(tree, bind(ctx, []))).rows;
}

/** Items whose path and bytes the caller sees. In a public bucket, everybody reads the bytes of what they see. */
function readableBytes(
  { principal }: RequestContext,
  collection: Collection,
  { where, fields }: ReadPolicy,
  isPublic: boolean,
): Condition[] {
  const needed = isPublic ? ["path"] : ["path", "content"];
  const shown = fields === null ? [] : needed.map((name) => (fields.has(name) ? fields.get(name)! : NEVER));
  const isReady = principal.bypass ? [] : [hasValues(collection, ["state"], { state: "ready" })];
  return [where, ...shown.filter((condition) => condition !== null), ...isReady];
}

function requireFew(rows: readonly Row[]): void {
  const bytes = rows.reduce((sum, { size }) => sum + (size as number), 0);
  const wrong =
    rows.length > MOST_AT_ONCE
      ? `has more than ${MOST_AT_ONCE} files`
      : bytes > MOST_BYTES && `has files of ${bytes} bytes, and an archive has at most ${MOST_BYTES}`;
  if (wrong) throw invalid("prefix", `${wrong}; fetch its folders one by one`, "LIMIT_EXCEEDED");
}

/** `c:` at the beginning means a drive to some programs that unpack archives. */
const withoutDrive = (name: string): string => name.replace(/^([a-z]):/i, "$1_");
