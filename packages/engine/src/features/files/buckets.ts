import { excerpt, FILE_COLLECTIONS, PlinthError, uuidv7 } from "@plinth/core";
import type * as z from "zod";
import { commit, refuseOn } from "../../commit/commit.ts";
import type { Requirement } from "../../commit/requirement.ts";
import type { CursorPage, PageQuery } from "../../identity/paging.ts";
import { systemCollection } from "../../kernel/catalog.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import { decodeCursor, encodeCursor } from "../../read/cursor.ts";
import { createBuiltIn } from "../../schema/create-built-in.ts";
import type { createBucketSchema, updateBucketSchema } from "./bucket-schema.ts";
import { mustHaveNoFiles } from "./file-items.ts";
import type { ImagePresets } from "./image-presets.ts";
import { storeOf } from "./object-store.ts";
import {
  addOwner,
  addUsage,
  type BucketRow,
  type BucketSettings,
  deleteBucket,
  findBucketRow,
  insertBucket,
  listBucketRows,
  mustHaveFewBuckets,
  updateBucketQueries,
} from "./repository.ts";
import { requireScanner } from "./require-scanner.ts";
import { beginScan } from "./scan/repository.ts";
import { deleteShares } from "./shares/repository.ts";

const MAX_BUCKETS = 200;
const GONE = "bucket";
const CURSOR_SORT = "name";
/** A bucket as the API returns it. */
export interface FileBucket {
  name: string;
  public: boolean;
  max_bytes: number;
  content_types: string[] | null;
  cache_seconds: number;
  redirect: boolean;
  versions: boolean;
  max_versions: number | null;
  max_total_bytes: number | null;
  max_files: number | null;
  max_bytes_per_user: number | null;
  from_urls: boolean;
  scan: boolean;
  image_presets: ImagePresets | null;
  created_at: string;
  updated_at: string;
}

export async function listBuckets(ctx: RequestContext, { limit, cursor }: PageQuery): Promise<CursorPage<FileBucket>> {
  const after = nameInCursor(cursor);
  const found = await listBucketRows(ctx.driver, ctx.principal.workspaceId, { limit: limit + 1, after });
  const rows = found.slice(0, limit);
  const last = found.length > limit ? rows.at(-1) : undefined;
  return {
    data: rows.map(describeBucket),
    has_more: last !== undefined,
    next_cursor: last ? encodeCursor(CURSOR_SORT, [last.name]) : null,
  };
}

export async function getBucket(ctx: RequestContext, name: string): Promise<FileBucket> {
  return describeBucket(await requireBucket(ctx, name));
}

/** The workspace's first bucket makes the collection of files too. */
export async function createBucket(
  ctx: RequestContext,
  input: z.output<typeof createBucketSchema>,
): Promise<FileBucket> {
  const { driver, now } = ctx;
  const { workspaceId } = ctx.principal;
  // Nobody plans with what this server cannot keep.
  await storeOf(ctx.engine);
  if (input.scan) await requireScanner(ctx);
  if (await findBucketRow(driver, workspaceId, input.name)) throw bucketTaken(input.name);
  const row: BucketRow = {
    id: uuidv7(now),
    workspaceId,
    name: input.name,
    isPublic: input.public,
    maxBytes: input.max_bytes,
    contentTypes: input.content_types && JSON.stringify(input.content_types),
    cacheSeconds: input.cache_seconds,
    redirect: input.redirect,
    versions: input.versions,
    maxVersions: input.max_versions,
    maxTotalBytes: input.max_total_bytes,
    maxFiles: input.max_files,
    maxBytesPerUser: input.max_bytes_per_user,
    fromUrls: input.from_urls,
    scan: input.scan,
    imagePresets: input.image_presets && JSON.stringify(input.image_presets),
    createdAt: now,
    updatedAt: now,
  };
  const write = {
    queries: [insertBucket(driver, row), addOwner(driver, workspaceId)],
    requires: [fewBuckets(ctx)],
    data: describeBucket(row),
  };
  const made = systemCollection(ctx.catalog, "files")
    ? commit(ctx, write)
    : createBuiltIn(ctx, FILE_COLLECTIONS, [], write);
  return made.catch(refuseOn("unique", () => bucketTaken(input.name)));
}

export async function updateBucket(
  ctx: RequestContext,
  name: string,
  changed: z.output<typeof updateBucketSchema>,
): Promise<FileBucket> {
  const before = await requireBucket(ctx, name);
  if (changed.scan && !before.scan) await requireScanner(ctx);
  // The others may be changed at the same time.
  const settings = { ...columnsOf(changed), updatedAt: ctx.now };
  const queries = updateBucketQueries(ctx.driver, before, settings, GONE);
  const data = describeBucket({ ...before, ...settings });
  return commit(ctx, { queries, data }).catch(refuseOn("guard", () => noSuchBucket(name)));
}

/** Those of the settings that are there. Null takes a limit away. */
function columnsOf(changed: z.output<typeof updateBucketSchema>): Partial<BucketSettings> {
  const { content_types: types, image_presets: presets } = changed;
  const columns: { [name in keyof BucketSettings]?: BucketSettings[name] | undefined } = {
    isPublic: changed.public,
    maxBytes: changed.max_bytes,
    contentTypes: types && JSON.stringify(types),
    cacheSeconds: changed.cache_seconds,
    redirect: changed.redirect,
    versions: changed.versions,
    maxVersions: changed.max_versions,
    maxTotalBytes: changed.max_total_bytes,
    maxFiles: changed.max_files,
    maxBytesPerUser: changed.max_bytes_per_user,
    fromUrls: changed.from_urls,
    scan: changed.scan,
    imagePresets: presets && JSON.stringify(presets),
  };
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined));
}

/** Only an empty one: its files are deleted first, so that nobody deletes thousands by one name. */
export async function removeBucket(ctx: RequestContext, name: string): Promise<{ name: string }> {
  const row = await requireBucket(ctx, name);
  const notEmpty = () =>
    new PlinthError("CONFLICT", `The bucket ${name} has files; delete them first.`, { field: "name" });
  const requires = [{ guard: (label: string) => mustHaveNoFiles(ctx, name, label), refusal: notEmpty }];
  // Whoever stores a file takes room too: it is there before this, or finds no bucket after it.
  const turn = addUsage(ctx.driver, row.workspaceId, { bytes: 0, contents: 0 });
  // Nothing keeps its versions any more.
  const scan = beginScan(ctx.driver, row.workspaceId, uuidv7(ctx.now));
  return commit(ctx, {
    queries: [turn, ...deleteShares(ctx.driver, row), deleteBucket(ctx.driver, row), scan],
    requires,
    data: { name },
  });
}

export async function requireBucket(ctx: RequestContext, name: string): Promise<BucketRow> {
  const row = await findBucketRow(ctx.driver, ctx.principal.workspaceId, name);
  if (!row) throw noSuchBucket(name);
  return row;
}

/** For reads and moves: only administrators learn whether a bucket exists that shows them no file. */
export async function requireKnownBucket(ctx: RequestContext, name: string): Promise<void> {
  if (ctx.principal.bypass) await requireBucket(ctx, name);
}

export const noSuchBucket = (name: string) =>
  new PlinthError(
    "NOT_FOUND",
    `There is no bucket ${excerpt(name)}; an administrator makes one with POST /api/buckets.`,
    {
      field: "bucket",
    },
  );

const bucketTaken = (name: string) =>
  new PlinthError("CONFLICT", `There is a bucket ${name} already.`, { field: "name" });

function fewBuckets({ driver, principal }: RequestContext): Requirement {
  const message = `A workspace can have at most ${MAX_BUCKETS} buckets.`;
  return {
    guard: (label) => mustHaveFewBuckets(driver, principal.workspaceId, MAX_BUCKETS, label),
    refusal: () => new PlinthError("LIMIT_EXCEEDED", message),
  };
}

/** Whether a bucket accepts this media type. */
export function acceptsType({ contentTypes }: BucketRow, type: string): boolean {
  if (contentTypes === null) return true;
  const kind = `${type.split("/", 1)[0]}/*`;
  return (JSON.parse(contentTypes) as string[]).some((one) => one === type || one === kind);
}

function describeBucket(row: BucketRow): FileBucket {
  return {
    name: row.name,
    public: row.isPublic,
    max_bytes: row.maxBytes,
    content_types: row.contentTypes === null ? null : (JSON.parse(row.contentTypes) as string[]),
    cache_seconds: row.cacheSeconds,
    redirect: row.redirect,
    versions: row.versions,
    max_versions: row.maxVersions,
    max_total_bytes: row.maxTotalBytes,
    max_files: row.maxFiles,
    max_bytes_per_user: row.maxBytesPerUser,
    from_urls: row.fromUrls,
    scan: row.scan,
    image_presets: row.imagePresets === null ? null : (JSON.parse(row.imagePresets) as ImagePresets),
    created_at: new Date(row.createdAt).toISOString(),
    updated_at: new Date(row.updatedAt).toISOString(),
  };
}

function nameInCursor(cursor: string | undefined): string | undefined {
  if (!cursor) return undefined;
  const [name] = decodeCursor(cursor, CURSOR_SORT);
  if (typeof name !== "string") throw new PlinthError("INVALID_CURSOR", undefined, { field: "cursor" });
  return name;
}
