import {
  type Aggregate,
  ALWAYS,
  and,
  type Collection,
  type Condition,
  type FieldValue,
  not,
  PlinthError,
  type ReadPolicy,
  type Row,
} from "@plinth/core";
import type { CursorPage, PageQuery } from "../../identity/paging.ts";
import { bindSlow } from "../../kernel/bindings.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import { hasValues } from "../../read/conditions.ts";
import { decodeCursor, encodeCursor } from "../../read/cursor.ts";
import { requireKnownBucket } from "./buckets.ts";
import { filesCollection, normalPath, requireReadRules } from "./file-items.ts";

/** What is directly in a folder: first the folders, then the files. */
export type FolderEntry = { kind: "folder"; name: string; path: string } | ({ kind: "file" } & Row);

export interface FolderQuery extends PageQuery {
  /** The path of the folder; absent: the top of the bucket. */
  readonly prefix?: string | undefined;
}

/** Where a page begins: after this folder of a file, or among the files after this name. */
type Place = { readonly folder: string | undefined } | { readonly file: string | undefined };

const CURSOR_SORT = "folder";
/** Folders of files that one statement reads, and how often one page reads: D1 takes a thousand statements in a request. */
const READ_AT_ONCE = 500;
const MOST_READS = 100;

/** As far as the caller may read the items. */
export async function listFolder(
  ctx: RequestContext,
  bucket: string,
  { prefix = "", limit, cursor }: FolderQuery,
): Promise<CursorPage<FolderEntry>> {
  const collection = filesCollection(ctx);
  const policy = requireReadRules(ctx, collection);
  await requireKnownBucket(ctx, bucket);
  const folder = prefix === "" ? "" : normalPath(prefix, "prefix");
  const listing: Listing = { ctx, collection, policy, bucket, folder };
  const place = placeIn(cursor);
  const data: FolderEntry[] = [];
  if ("folder" in place) {
    const { paths, last } = await foldersIn(listing, place.folder, limit);
    data.push(
      ...paths.map((path): FolderEntry => ({ kind: "folder", name: path.slice(path.lastIndexOf("/") + 1), path })),
    );
    if (last !== undefined) return pageTo(data, ["folder", last]);
  }
  const after = "file" in place ? place.file : undefined;
  const files = await filesIn(listing, after, limit - data.length + 1);
  const shown = files.slice(0, limit - data.length);
  data.push(...shown.map((row): FolderEntry => ({ ...row, kind: "file" })));
  const name = shown.length > 0 ? (shown.at(-1)!.name as FieldValue) : (after ?? null);
  return files.length > shown.length ? pageTo(data, ["file", name]) : { data, has_more: false, next_cursor: null };
}

function pageTo(data: FolderEntry[], values: readonly FieldValue[]): CursorPage<FolderEntry> {
  return { data, has_more: true, next_cursor: encodeCursor(CURSOR_SORT, values) };
}

function placeIn(cursor: string | undefined): Place {
  if (!cursor) return { folder: undefined };
  const [kind, after] = decodeCursor(cursor, CURSOR_SORT);
  if (kind === "folder" && typeof after === "string") return { folder: after };
  if (kind === "file" && (typeof after === "string" || after === null)) return { file: after ?? undefined };
  throw new PlinthError("INVALID_CURSOR", undefined, { field: "cursor" });
}

interface Listing {
  readonly ctx: RequestContext;
  readonly collection: Collection;
  readonly policy: ReadPolicy;
  readonly bucket: string;
  readonly folder: string;
}

/**
 * The folders directly in a folder, from the folders that files have, which an index has in order. What is below a folder that was found is
 * passed over, so that a deep tree takes no longer than a flat one. `last`: there are more after this folder of a file.
 */
async function foldersIn(listing: Listing, after: string | undefined, limit: number) {
  const { folder } = listing;
  const base = folder === "" ? "" : `${folder}/`;
  const pathOf = (one: string): string => base + one.slice(base.length).split("/", 1)[0]!;
  const paths: string[] = [];
  let last = after;
  for (let reads = 1; ; reads++) {
    const current = last === undefined ? undefined : pathOf(last);
    const found = await folderValues(listing, { after: last, not: current, limit: READ_AT_ONCE });
    const known = await listedBefore(listing, found.filter((one) => pathOf(one) !== one).map(pathOf));
    for (const one of found) {
      const path = pathOf(one);
      const isNew = path !== paths.at(-1) && path !== current && !(path !== one && known.has(path));
      if (isNew && paths.length === limit) return { paths, last: last! };
      if (isNew) paths.push(path);
      last = one;
    }
    if (found.length < READ_AT_ONCE) return { paths, last: undefined };
    if (reads === MOST_READS) return { paths, last };
  }
}

/**
 * `a` comes before `a-b`, and that before `a/c`: of these folders, those that have files of their own stand before the first of what is below
 * them.
 */
async function listedBefore(listing: Listing, paths: readonly string[]): Promise<ReadonlySet<string>> {
  const some = [...new Set(paths)];
  if (some.length === 0) return new Set();
  const field = listing.collection.byName.get("folder")!;
  const among: Condition = { kind: "in", ref: { field }, negated: false, operand: { value: some } };
  return new Set(await groups(listing, among, some.length));
}

function folderValues(
  listing: Listing,
  { after, not: passed, limit }: { after: string | undefined; not: string | undefined; limit: number },
): Promise<string[]> {
  const { collection, folder } = listing;
  const ref = { field: collection.byName.get("folder")! };
  const below = (path: string): Condition => ({ kind: "text", ref, op: "starts_with", operand: { value: `${path}/` } });
  const than = (op: "gt" | "neq", value: string): Condition => ({ kind: "compare", ref, op, operand: { value } });
  const where = and(
    folder === "" ? than("neq", "") : below(folder),
    ...(after === undefined ? [] : [than("gt", after)]),
    ...(passed === undefined ? [] : [not(below(passed))]),
  );
  return groups(listing, where, limit);
}

async function groups(
  { ctx, collection, policy, bucket }: Listing,
  where: Condition,
  limit: number,
): Promise<string[]> {
  const tree: Aggregate = {
    collection,
    policy,
    where: and(hasValues(collection, ["bucket"], { bucket }), where),
    groups: [{ name: "folder", ref: { field: collection.byName.get("folder")! } }],
    measures: [],
    having: ALWAYS,
    sort: [{ name: "folder", direction: "asc" }],
    limit: { value: limit },
  };
  const { rows } = await ctx.source(collection).store.aggregate(tree, bindSlow(ctx, []));
  return rows.flatMap(({ folder }) => (typeof folder === "string" ? [folder] : []));
}

async function filesIn(
  { ctx, collection, policy, bucket, folder }: Listing,
  after: string | undefined,
  limit: number,
): Promise<Row[]> {
  const sort = [{ ref: { field: collection.byName.get("name")! }, direction: "asc" as const }];
  const where = hasValues(collection, ["bucket", "folder"], { bucket, folder });
  // A file without a name stands for the folder itself.
  const later = [{ value: after ?? "" }];
  const tree = { collection, policy, where, select: null, sort, limit: { value: limit }, after: later };
  return (await ctx.source(collection).store.find(tree, bindSlow(ctx, []))).rows;
}
