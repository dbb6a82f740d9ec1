import {
  BUCKET_NAME,
  excerpt,
  FILE_COLLECTIONS,
  MEDIA_RANGE,
  MOST_FILE_BYTES,
  PlinthError,
  uuidv7,
} from "@plinth/core";
import * as z from "zod";
import { commit, refuseOn } from "../../commit/commit.ts";
import type { Requirement } from "../../commit/requirement.ts";
import type { CursorPage, PageQuery } from "../../identity/paging.ts";
import { systemCollection } from "../../kernel/catalog.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import { serverSet } from "../../kernel/server-set.ts";
import { decodeCursor, encodeCursor } from "../../read/cursor.ts";
import { createBuiltIn } from "../../schema/create-built-in.ts";
import { mustHaveNoFiles } from "./file-items.ts";
import { type ImagePresets, imagePresetsSchema } from "./image-presets.ts";
import { MOST_VERSIONS } from "./kept/kept.ts";
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
const MIB = 1024 ** 2;
const DEFAULT_MAX_BYTES = 50 * MIB;
const MOST_TOTAL = Number.MAX_SAFE_INTEGER;
const YEAR_SECONDS = 31_536_000;
/** `POST /api/files/move` is no upload to a bucket. */
const RESERVED: ReadonlySet<string> = new Set(["check", "fetch", "move", "restore", "revoke", "sign"]);

const settable = {
  public: z.boolean().describe("Whether anybody may read its files without a rule"),
  max_bytes: z.int().min(1).max(MOST_FILE_BYTES).describe("Of one file"),
  content_types: z
    .array(z.string().regex(MEDIA_RANGE, "must be a media type such as image/png, or image/*"))
    .min(1)
    .max(50)
    .nullable()
    .describe("Media types that are accepted, `image/*` for all images; null: all"),
  cache_seconds: z
    .int()
    .min(0)
    .max(YEAR_SECONDS)
    .describe("For which caches may keep a file of a public bucket unasked"),
  redirect: z.boolean().describe("Whether readers are sent to a URL of the store, where it has some"),
  versions: z.boolean().describe("Whether bytes that were replaced or deleted are kept as versions"),
  max_versions: z.int().min(1).max(MOST_VERSIONS).nullable().describe("Of one file; null: all"),
  max_total_bytes: z.int().min(1).max(MOST_TOTAL).nullable().describe("Of all its files together; null: no limit"),
  max_files: z.int().min(1).max(MOST_TOTAL).nullable().describe("How many files it may have; null: no limit"),
  max_bytes_per_user: z.int().min(1).max(MOST_TOTAL).nullable().describe("Of the files of one user; null: no limit"),
  from_urls: z
    .boolean()
    .describe("Whether the server fetches files for it from other servers, for whoever may store them"),
  scan: z.boolean().describe("Whether the scanner of the workspace is asked before new files can be read"),
  image_presets: imagePresetsSchema
    .nullable()
    .describe(
      "What may be made of its pictures by anybody who reads them: the parameters of an image by the preset's name",
    ),
};

const SET_BY_SERVER = ["id", "created_at", "updated_at"] as const;

export const createBucketSchema = z.strictObject({
  ...serverSet(...SET_BY_SERVER),
  name: z
    .string()
    .refine((name) => !RESERVED.has(name), "is the name of a route")
    .regex(BUCKET_NAME, "must be 3 to 63 of a-z, 0-9 and -, and neither begin nor end with -"),
  public: settable.public.default(false),
  max_bytes: settable.max_bytes.default(DEFAULT_MAX_BYTES),
  content_types: settable.content_types.default(null),
  cache_seconds: settable.cache_seconds.default(0),
  redirect: settable.redirect.default(false),
  versions: settable.versions.default(false),
  max_versions: settable.max_versions.default(null),
  max_total_bytes: settable.max_total_bytes.default(null),
  max_files: settable.max_files.default(null),
  max_bytes_per_user: settable.max_bytes_per_user.default(null),
  from_urls: settable.from_urls.default(false),
  scan: settable.scan.default(false),
  image_presets: settable.image_presets.default(null),
});

export const updateBucketSchema = z.strictObject({
  ...serverSet(...SET_BY_SERVER),
  ...z.object(settable).partial().shape,
});

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
