import { and, or } from "@plinth/core";
import type { RequestContext } from "../../../kernel/engine.ts";
import { hasIdAmong } from "../../../read/conditions.ts";
import { findBuiltIn } from "../../../write/built-in-items.ts";
import { contentsCollection } from "../contents.ts";
import { keptIn } from "../kept/kept.ts";
import type { BucketRow } from "../repository.ts";
import { filesAt } from "./delete-objects.ts";
import { deletionIn, deletionOf, requireVersionId } from "./deletions.ts";
import { requireBucketGrant, type S3Grant } from "./grant.ts";
import { behindAllWith } from "./key-order.ts";
import type { ListedObject, ObjectQuery } from "./list-objects.ts";
import { findS3Sums, listStoredByPath, type VersionsPlace } from "./repository.ts";
import { sumsIn } from "./stored-facts.ts";

export interface VersionsQuery extends Omit<ObjectQuery, "after"> {
  /** The list begins after this key, or after this version of it. */
  readonly afterKey: string;
  readonly afterVersion: string | undefined;
}

export interface ListedVersion extends ListedObject {
  readonly version: string;
  readonly isLatest: boolean;
  /** The object is deleted, and its versions are kept. */
  readonly isDeletion: boolean;
}

export interface VersionsPage {
  readonly versions: readonly ListedVersion[];
  readonly prefixes: readonly string[];
  /** There are more after this one. `version` is undefined after a text up to a delimiter. */
  readonly next: { readonly key: string; readonly version: string | undefined } | undefined;
}

const READ_AT_ONCE = 500;
/** Of one request: D1 takes a thousand statements, and each read is about ten. */
const MAX_READS = 20;

/** By keys in the order of their bytes, and of each key the newest bytes first. */
export async function listObjectVersions(
  ctx: RequestContext,
  grant: S3Grant,
  query: VersionsQuery,
): Promise<VersionsPage> {
  const bucket = await requireBucketGrant(ctx, grant, query.bucket);
  const { prefix, delimiter, limit } = query;
  const groupOf = (key: string): string | undefined => {
    const at = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    return at < 0 ? undefined : key.slice(0, at + delimiter.length);
  };
  const versions: ListedVersion[] = [];
  const prefixes: string[] = [];
  let next: VersionsPage["next"];
  let place = placeOf(query, groupOf(query.afterKey));
  // The key whose deletion is listed, if it has one.
  let listed = place.id === undefined ? undefined : place.path;
  for (let reads = 0; limit > 0 && reads < MAX_READS; reads++) {
    const stored = await listStoredByPath(ctx.driver, bucket, [grant.prefix, prefix], place, READ_AT_ONCE);
    for (const one of await described(ctx, bucket, stored, listed)) {
      const group = groupOf(one.key);
      if (group !== undefined && group === prefixes.at(-1)) continue;
      if (versions.length + prefixes.length === limit) return { versions, prefixes, next };
      if (group === undefined) versions.push(one);
      else prefixes.push(group);
      next = group === undefined ? { key: one.key, version: one.version } : { key: group, version: undefined };
      listed = one.key;
    }
    if (stored.length < READ_AT_ONCE) return { versions, prefixes, next: undefined };
    const { path, id } = stored.at(-1)!;
    const group = groupOf(path);
    next = group === undefined ? { key: path, version: id } : { key: group, version: undefined };
    place =
      group === undefined
        ? { path, id, isIncluded: false }
        : { path: behindAllWith(group), id: undefined, isIncluded: true };
  }
  return { versions, prefixes, next: limit > 0 ? next : undefined };
}

function placeOf({ afterKey, afterVersion }: VersionsQuery, group: string | undefined): VersionsPlace {
  if (afterKey !== "" && group === afterKey) return { path: behindAllWith(group), id: undefined, isIncluded: true };
  if (afterVersion === undefined) return { path: afterKey, id: undefined, isIncluded: false };
  const deleted = deletionIn(afterVersion);
  return { path: afterKey, id: deleted ?? requireVersionId(afterVersion), isIncluded: deleted !== undefined };
}

/** Those of the contents that are there, and before those of a key that has been deleted, its deletion. */
async function described(
  ctx: RequestContext,
  bucket: BucketRow,
  stored: readonly { readonly id: string; readonly path: string }[],
  listedKey: string | undefined,
): Promise<ListedVersion[]> {
  if (stored.length === 0) return [];
  const ids = stored.map(({ id }) => id);
  const contents = contentsCollection(ctx);
  const files = await filesAt(ctx, bucket.name, [...new Set(stored.map(({ path }) => path))]);
  // What a file at another path has belongs there.
  const current = stored.flatMap(({ id, path }) => (files.get(path)?.content === id ? [id] : []));
  const where = and(hasIdAmong(contents, ids), or(keptIn(ctx, bucket), hasIdAmong(contents, current)));
  const there = new Map((await findBuiltIn(ctx, contents, { where, limit: ids.length })).map((row) => [row.id, row]));
  const facts = await findS3Sums(ctx.driver, ids);
  const listed: ListedVersion[] = [];
  let before = listedKey;
  for (const { id, path } of stored) {
    const row = there.get(id);
    if (!row) continue;
    const current = files.get(path)?.content;
    const { etag, checksum } = sumsIn(id, facts.get(id));
    const shared = { key: path, size: row.size as number, etag, checksum };
    if (current === undefined && path !== before)
      listed.push({
        ...{ ...shared, version: deletionOf(id), isLatest: true, isDeletion: true },
        changedAt: row.updated_at as string,
      });
    before = path;
    listed.push({
      ...{ ...shared, version: id, isLatest: id === current, isDeletion: false },
      changedAt: row.created_at as string,
    });
  }
  return listed;
}
