import {
  and,
  type Collection,
  type FileStore,
  FileStoreError,
  isUuid,
  type ListedFile,
  PlinthError,
  type Row,
} from "@plinth/core";
import { systemCollection } from "../../kernel/catalog.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import * as z from "../../kernel/zod.ts";
import { hasIdAmong } from "../../read/conditions.ts";
import { decodeCursor, encodeCursor } from "../../read/cursor.ts";
import { findBuiltIn } from "../../write/built-in-items.ts";
import { filesCollection } from "./file-items.ts";
import { contentIdOf } from "./images/image-objects.ts";
import { objectKey, storeOf } from "./object-store.ts";
import { listLooseAmong } from "./repository.ts";
import { storeFailure } from "./store-failure.ts";
import { listUploadObjectsAmong } from "./uploads/repository.ts";

export const checkFilesSchema = z.strictObject({
  fix: z.boolean().default(false).describe("Removes the bytes that no file has"),
  cursor: z.string().nullish().describe("The `next_cursor` of the answer before"),
});

/** Differences between what the database and the store have, of one part of the files. */
export interface FileCheck {
  /** Contents of files that were looked at, those included that no file has any more. */
  checked: number;
  /** Files whose bytes are not in the store. */
  missing: CheckedFile[];
  /** Files whose bytes have another length. */
  wrong_size: CheckedFile[];
  /** Files whose bytes have the same length and are others; only found where the store knows their SHA-256. */
  wrong_bytes: CheckedFile[];
  /** Objects in the store that no file has, and that no upload of the last day has left. */
  orphans: number;
  /** Those of them that were removed. */
  removed: number;
  /** Null: all have been looked at. */
  next_cursor: string | null;
}

export interface CheckedFile {
  id: string;
  bucket: string;
  path: string;
}

/** Objects and contents that one request compares. */
const PAGE = 500;
const YOUNG_MS = 24 * 3_600_000;
const CURSOR_SORT = "files";
const LOWEST = "00000000-0000-0000-0000-000000000000";

/**
 * Compares contents in the order of their ids with the objects in the order of their keys, which is the same. Nothing is reported that is only
 * on its way in or out.
 */
export async function checkStoredFiles(
  ctx: RequestContext,
  input: z.output<typeof checkFilesSchema>,
): Promise<FileCheck> {
  try {
    return await compared(ctx, input);
  } catch (error) {
    throw storeFailure(error);
  }
}

/** Where a request goes on. */
interface CheckPlace {
  /** Of the store's page. */
  readonly store?: string | undefined;
  /** The last content that was looked at. */
  readonly id?: string | undefined;
  /** The same page of the store again, for the contents of which it has more than one request compares. */
  readonly again?: boolean;
}

async function compared(ctx: RequestContext, { fix, cursor }: z.output<typeof checkFilesSchema>): Promise<FileCheck> {
  const collection = filesCollection(ctx);
  const contents = systemCollection(ctx.catalog, "file_contents")!;
  const store = await storeOf(ctx.engine);
  const { workspaceId } = ctx.principal;
  const place = placeIn(cursor);
  const page = await store.list({ prefix: objectKey(workspaceId, ""), cursor: place.store, limit: PAGE });
  const listed = page.files.map((file) => [file.key.slice(workspaceId.length + 1), file] as const);
  // Of a page of foreign objects or images alone, nothing is compared.
  const newest = listed.map(([object]) => firstPart(object)).findLast(isUuid) ?? place.id ?? LOWEST;
  const end = page.cursor === undefined ? undefined : newest;
  const found = await contentsBetween(ctx, contents, place.id, end);
  const rows = found.slice(0, PAGE);
  const isCut = found.length > PAGE;
  const last = isCut ? (rows.at(-1)!.id as string) : end;
  const objects = new Map(
    listed.filter(([object]) => {
      const id = firstPart(object);
      return !(place.again && id <= place.id!) && !(isCut && id > last!);
    }),
  );
  const stored = new Set(listed.map(([object]) => object));
  const lost = await confirmed(
    ctx,
    contents,
    store,
    rows.filter(({ id }) => !stored.has(id as string)),
  );
  const { etagIsSha256 } = store.capabilities;
  const [wrongSize, wrongBytes]: [Row[], Row[]] = [[], []];
  for (const row of rows) {
    const object = objects.get(row.id as string);
    if (!object) continue;
    if (object.size !== row.size) wrongSize.push(row);
    else if (etagIsSha256 && object.etag !== row.sha256) wrongBytes.push(row);
  }
  const orphans = await orphansAmong(ctx, contents, objects, new Set(rows.map(({ id }) => id as string)));
  if (fix && orphans.length > 0) await store.delete(orphans);
  const next: CheckPlace | undefined = isCut
    ? { store: place.store, id: last, again: true }
    : page.cursor === undefined
      ? undefined
      : { store: page.cursor, id: last };
  return {
    checked: rows.length,
    missing: await filesWith(ctx, collection, lost),
    wrong_size: await filesWith(ctx, collection, wrongSize),
    wrong_bytes: await filesWith(ctx, collection, wrongBytes),
    orphans: orphans.length,
    removed: fix ? orphans.length : 0,
    next_cursor: next ? encodeCursor(CURSOR_SORT, [next.store ?? "", next.id!, next.again ?? false]) : null,
  };
}

function placeIn(cursor: string | null | undefined): CheckPlace {
  if (!cursor) return {};
  const [store, id, again] = decodeCursor(cursor, CURSOR_SORT);
  if (typeof store === "string" && isUuid(id) && typeof again === "boolean")
    return { store: store || undefined, id, again };
  throw new PlinthError("INVALID_CURSOR", undefined, { field: "cursor" });
}

/** After one id, up to another; one more than a page where there are more. */
function contentsBetween(
  ctx: RequestContext,
  contents: Collection,
  after: string | undefined,
  last: string | undefined,
): Promise<Row[]> {
  const field = contents.byName.get("id")!;
  const where =
    last === undefined ? and() : ({ kind: "compare", ref: { field }, op: "lte", operand: { value: last } } as const);
  return findBuiltIn(ctx, contents, { where, limit: PAGE + 1, after });
}

/** Contents that are still there, and have no bytes: both may have changed since they were listed. */
async function confirmed(
  ctx: RequestContext,
  contents: Collection,
  store: FileStore,
  rows: readonly Row[],
): Promise<Row[]> {
  const lost: string[] = [];
  for (const { id } of rows)
    if (!(await isStored(store, objectKey(ctx.principal.workspaceId, id as string)))) lost.push(id as string);
  if (lost.length === 0) return [];
  return findBuiltIn(ctx, contents, { where: hasIdAmong(contents, lost), limit: lost.length });
}

async function isStored(store: FileStore, key: string): Promise<boolean> {
  try {
    await store.head(key);
    return true;
  } catch (error) {
    if (error instanceof FileStoreError && error.kind === "not_found") return false;
    throw error;
  }
}

/** By which objects are in the order of contents; images come after all of them. */
const firstPart = (object: string): string => object.split("/", 1)[0]!;

/** The keys of objects that nothing in the database stands for. */
async function orphansAmong(
  ctx: RequestContext,
  contents: Collection,
  objects: ReadonlyMap<string, ListedFile>,
  known: ReadonlySet<string>,
): Promise<string[]> {
  const some = [...objects].filter(([object, { modifiedAt }]) => {
    const id = contentIdOf(object);
    return isUuid(id) && !known.has(id) && modifiedAt < ctx.now - YOUNG_MS;
  });
  const ids = [...new Set(some.map(([object]) => contentIdOf(object)))];
  if (ids.length === 0) return [];
  // The content of an image may be on the page before.
  const before = await findBuiltIn(ctx, contents, { where: hasIdAmong(contents, ids), limit: ids.length });
  const expected = [...(await listLooseAmong(ctx.driver, ids)), ...(await listUploadObjectsAmong(ctx.driver, ids))];
  const kept = new Set([...before.map(({ id }) => id as string), ...expected]);
  return some.filter(([object]) => !kept.has(contentIdOf(object))).map(([, { key }]) => key);
}

async function filesWith(
  ctx: RequestContext,
  collection: Collection,
  contents: readonly Row[],
): Promise<CheckedFile[]> {
  if (contents.length === 0) return [];
  const field = collection.byName.get("content")!;
  const ids = contents.map(({ id }) => id as string);
  const where = { kind: "in", ref: { field }, negated: false, operand: { value: ids } } as const;
  const rows = await findBuiltIn(ctx, collection, { where, limit: ids.length });
  return rows.map(({ id, bucket, path }) => ({ id, bucket, path }) as unknown as CheckedFile);
}
