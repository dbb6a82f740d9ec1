import { and, type Collection, type Condition, isUuid, or, PlinthError, type Row, splitFilePath } from "@plinth/core";
import { requireRules } from "../../../access/write-policy.ts";
import type { CursorPage, PageQuery } from "../../../identity/paging.ts";
import type { RequestContext } from "../../../kernel/engine.ts";
import { hasId, hasIdAmong } from "../../../read/conditions.ts";
import { decodeCursor, encodeCursor } from "../../../read/cursor.ts";
import { changeBuiltIn, findBuiltIn, writeBuiltIn } from "../../../write/built-in-items.ts";
import { findVisibleById } from "../../../write/create.ts";
import { requireBucket } from "../buckets.ts";
import { contentsCollection } from "../contents.ts";
import {
  type FileLocation,
  filesCollection,
  findFileAt,
  normalLocation,
  noSuchFile,
  requireReadRules,
} from "../file-items.ts";
import { isKept, isKeptVersion } from "../kept/kept.ts";
import { listContentsAt } from "../kept/repository.ts";
import { wasReadable } from "../kept/was-open.ts";
import { storeOf } from "../object-store.ts";
import { type OpenedFile, openedContent } from "../read-file.ts";

/** Bytes that a file has, or has had. */
export interface FileVersion {
  /** The id of the bytes, which was the file's ETag. */
  readonly version: string;
  readonly size: number;
  readonly content_type: string;
  readonly sha256: string;
  /** When they were sent. */
  readonly created_at: string;
  /** The file has them now. */
  readonly current: boolean;
}

const CURSOR_SORT = "versions";

/** The file at the path, as far as the caller may read its bytes and so its versions. Administrators see those of deleted files too. */
export interface VersionedFile extends FileLocation {
  readonly file: Row | undefined;
  /** Whether the bucket keeps versions now. */
  readonly keeps: boolean;
}

/**
 * A rule that shows the file shows its versions: a public bucket alone does not. What was at the path before the file is for administrators,
 * as it may have been somebody else's.
 */
export async function requireVersioned(ctx: RequestContext, given: FileLocation): Promise<VersionedFile> {
  const location = normalLocation(given);
  const collection = filesCollection(ctx);
  // Who may read no file learns of no bucket either.
  requireReadRules(ctx, collection);
  const file = await findFileAt(ctx, location);
  if (!ctx.principal.bypass) {
    if (!file) throw noSuchFile(location);
    const [seen] = await findVisibleById(ctx, collection, [file.id as string]);
    if (typeof seen?.content !== "string" || file.state !== "ready") throw noSuchFile(location);
  }
  return { ...location, file, keeps: (await requireBucket(ctx, location.bucket)).versions };
}

/** Throws unless a rule lets the caller delete the file at the path, or the caller may do all. */
async function requireDeletable(ctx: RequestContext, collection: Collection, { file }: VersionedFile): Promise<void> {
  const policy = requireRules(ctx.catalog, ctx.principal, collection, "delete", []);
  if (ctx.principal.bypass) return;
  const where = and(hasId(collection, file!.id as string), policy.where);
  if ((await findBuiltIn(ctx, collection, { where, limit: 1 })).length > 0) return;
  throw new PlinthError("FORBIDDEN", "No rule lets you delete this file.");
}

const storedAt = ({ principal }: RequestContext, { bucket, path, file }: VersionedFile) => ({
  workspaceId: principal.workspaceId,
  bucket,
  file: file?.id as string | undefined,
  path: principal.bypass ? path : undefined,
});

/** A version that is kept, or what the file has now. */
function isThere(ctx: RequestContext, contents: Collection, { file, keeps }: VersionedFile): Condition {
  const version = keeps ? isKeptVersion(ctx, contents) : isKept(contents);
  return file ? or(version, hasId(contents, file.content as string)) : version;
}

/** The newest first. A page may have fewer than asked for. */
export async function listVersions(
  ctx: RequestContext,
  location: FileLocation,
  { limit, cursor }: PageQuery,
): Promise<CursorPage<FileVersion>> {
  const versioned = await requireVersioned(ctx, location);
  const contents = contentsCollection(ctx);
  const before = idInCursor(cursor);
  const found = await listContentsAt(ctx.driver, storedAt(ctx, versioned), { limit: limit + 1, before });
  const ids = found.slice(0, limit).map(({ id }) => id);
  const where = and(hasIdAmong(contents, ids), isThere(ctx, contents, versioned));
  const rows = ids.length === 0 ? [] : await findBuiltIn(ctx, contents, { where, limit });
  const data = rows.map((row) => describe(row, versioned.file?.content));
  const more = found.length > limit;
  return {
    data: data.toReversed(),
    has_more: more,
    next_cursor: more ? encodeCursor(CURSOR_SORT, [ids.at(-1)!]) : null,
  };
}

function describe({ id, size, content_type, sha256, created_at }: Row, current: unknown): FileVersion {
  return { version: id, size, content_type, sha256, created_at, current: id === current } as unknown as FileVersion;
}

function idInCursor(cursor: string | undefined): string | undefined {
  if (!cursor) return undefined;
  const [id] = decodeCursor(cursor, CURSOR_SORT);
  if (isUuid(id)) return id.toLowerCase();
  throw new PlinthError("INVALID_CURSOR", undefined, { field: "cursor" });
}

const noSuchVersion = () =>
  new PlinthError("NOT_FOUND", "The file has no such version, or it is not kept any more.", { field: "version" });

/** The content of a version that is kept, or the current one. */
export async function requireVersion(ctx: RequestContext, versioned: VersionedFile, version: string): Promise<Row> {
  const contents = contentsCollection(ctx);
  const id = version.toLowerCase();
  const [stored] = isUuid(id) ? await listContentsAt(ctx.driver, storedAt(ctx, versioned), { limit: 1, only: id }) : [];
  if (!stored) throw noSuchVersion();
  const where = and(hasId(contents, id), isThere(ctx, contents, versioned));
  const [row] = await findBuiltIn(ctx, contents, { where, limit: 1 });
  if (!row) throw noSuchVersion();
  return row;
}

/** Throws for bytes that administrators alone read: the file is in quarantine, or was when it lost them. */
export async function requireOpenBytes(ctx: RequestContext, { file }: VersionedFile, content: Row): Promise<void> {
  if (content.id === file?.content ? file?.state === "ready" : await wasReadable(ctx, content)) return;
  throw new PlinthError("FORBIDDEN", "These bytes are in quarantine.");
}

/** `closedToo`: those in quarantine as well, as administrators read them. */
export async function openVersion(
  ctx: RequestContext,
  location: FileLocation,
  version: string,
  { closedToo }: { readonly closedToo: boolean } = { closedToo: ctx.principal.bypass },
): Promise<OpenedFile & { readonly sha256: string }> {
  const store = await storeOf(ctx.engine);
  const versioned = await requireVersioned(ctx, location);
  const row = await requireVersion(ctx, versioned, version);
  if (!closedToo) await requireOpenBytes(ctx, versioned, row);
  const file = openedContent(ctx, store, {
    name: splitFilePath(versioned.path).name,
    content: row.id as string,
    changedAt: row.created_at as string,
    size: row.size as number,
    contentType: row.content_type as string,
    publicFor: undefined,
  });
  return { ...file, sha256: row.sha256 as string };
}

/** Its bytes are removed as those of a deleted file are. */
export async function deleteVersion(
  ctx: RequestContext,
  location: FileLocation,
  version: string,
): Promise<{ deleted: number }> {
  const versioned = await requireVersioned(ctx, location);
  await requireDeletable(ctx, filesCollection(ctx), versioned);
  const { id } = await requireVersion(ctx, versioned, version);
  if (id === versioned.file?.content)
    throw new PlinthError("CONFLICT", "The file has these bytes now; delete the file, or store other bytes first.");
  const contents = contentsCollection(ctx);
  const items = [changeBuiltIn(ctx, contents, id as string, { unused_since: ctx.variables.now })];
  return writeBuiltIn(ctx, { items, data: { deleted: 1 } });
}
