import { and, type PlinthError } from "@plinth/core";
import type { RequestContext } from "../../../kernel/engine.ts";
import { hasIdAmong } from "../../../read/conditions.ts";
import { findBuiltIn, writeBuiltIn } from "../../../write/built-in-items.ts";
import { deleteItems } from "../../../write/bulk.ts";
import { contentsCollection } from "../contents.ts";
import { filesCollection } from "../file-items.ts";
import { keptIn } from "../kept/kept.ts";
import type { BucketRow } from "../repository.ts";
import { type DeletedObject, filesAt, refusedBy } from "./delete-objects.ts";
import { deleteObjectVersion } from "./delete-versions.ts";
import { deletionIn, requireVersionId } from "./deletions.ts";
import { requireBucketGrant, requireWritingAt, type S3Grant } from "./grant.ts";
import { inHalves, sendAgain } from "./in-halves.ts";
import { listStoredAt, listStoredIn } from "./repository.ts";

/** Of one request, versions after whose deletion an object has other bytes: on D1 it has a thousand statements, and each of these takes about ten. */
const MOST_CHANGES = 40;
/** Contents of keys that are looked through for versions which nobody has named. */
const MOST_OTHERS = 5000;

interface NamedVersion {
  readonly key: string;
  readonly version: string;
}

/** As it is stored. */
interface SoughtVersion {
  readonly path: string;
  /** The id of the bytes. */
  readonly content: string;
  /** It is not the bytes, but the deletion of the object that had them. */
  readonly isDeletion: boolean;
}

/**
 * Deletes the bytes of versions for good, and takes deletions back, in the order of their names: together as far as no object gets other bytes by it, so that a
 * request of a thousand takes few statements. Of the others, some, and the client sends the rest again. A version that is not there is no error.
 */
export async function deleteObjectVersions(
  ctx: RequestContext,
  grant: S3Grant,
  name: string,
  named: readonly NamedVersion[],
): Promise<DeletedObject[]> {
  const bucket = await requireBucketGrant(ctx, grant, name);
  const refused = new Map<NamedVersion, PlinthError>();
  const sought = new Map<NamedVersion, SoughtVersion>();
  for (const one of named) {
    const error = await refusedBy(() => sought.set(one, soughtOf(grant, one)));
    if (error) refused.set(one, error);
  }
  const alone = await removeTogether(ctx, bucket, [...sought.values()]);
  const rest = [...sought].filter(([, version]) => alone.has(version));
  // It begins anywhere, so that a client that sends the same again gets further.
  const from = Math.floor(Math.random() * rest.length);
  const later = new Set([...rest.slice(from), ...rest.slice(0, from)].slice(MOST_CHANGES));
  for (const entry of rest) {
    const [one, { path }] = entry;
    const remove = () => deleteObjectVersion(ctx, grant, { bucket: name, path, version: one.version });
    const error = later.has(entry) ? sendAgain() : await refusedBy(remove);
    if (error) refused.set(one, error);
  }
  return named.map((one) => ({ error: refused.get(one), kept: undefined }));
}

function soughtOf(grant: S3Grant, { key, version }: NamedVersion): SoughtVersion {
  const path = key.normalize("NFC");
  requireWritingAt(grant, path);
  const id = requireVersionId(version);
  const deleted = deletionIn(id);
  return { path, content: deleted ?? id, isDeletion: deleted !== undefined };
}

/** What is left are those that have to be deleted one by one. */
async function removeTogether(
  ctx: RequestContext,
  bucket: BucketRow,
  sought: readonly SoughtVersion[],
): Promise<Set<SoughtVersion>> {
  if (sought.length === 0) return new Set();
  const files = await filesAt(ctx, bucket.name, [...new Set(sought.map(({ path }) => path))]);
  const stored = await listStoredIn(
    ctx.driver,
    bucket,
    sought.map(({ content }) => content),
  );
  const there = sought.filter(({ path, content }) => {
    const at = stored.get(content);
    return at !== undefined && (at.path === path || at.file === files.get(path)?.id);
  });
  const isCurrent = ({ path, content }: SoughtVersion) => files.get(path)?.content === content;
  const bytes = there.filter(({ isDeletion }) => !isDeletion);
  // The deletion of an object that is there again is none any more.
  const deletions = there.filter(({ isDeletion, path }) => isDeletion && !files.has(path));
  const changing = [...bytes.filter(isCurrent), ...deletions];
  const going = new Set(bytes.map(({ content }) => content));
  const keeping = await keysWithOthers(ctx, bucket, changing, going);
  // Where nothing else of an object is kept, it goes with all of its versions, and there is nothing to bring back.
  const whole = changing.filter(({ path, content }) => !keeping.has(path) && going.has(content));
  const stay = await inHalves(whole.filter(isCurrent), (some) => refusedBy(() => removeFiles(ctx, bucket, some)));
  const alone = new Set(changing.filter((one) => stay.has(one) || !whole.includes(one)));
  await giveUp(
    ctx,
    bucket,
    bytes.filter((one) => !alone.has(one)),
  );
  return alone;
}

/** Those of the keys of which other versions are kept than these, or of which it takes too long to know. */
async function keysWithOthers(
  ctx: RequestContext,
  bucket: BucketRow,
  changing: readonly SoughtVersion[],
  going: ReadonlySet<string>,
): Promise<Set<string>> {
  const paths = [...new Set(changing.map(({ path }) => path))];
  if (paths.length === 0) return new Set();
  const all = await listStoredAt(ctx.driver, bucket, paths, MOST_OTHERS);
  if (all.length >= MOST_OTHERS) return new Set(paths);
  const others = new Map(all.filter(({ id }) => !going.has(id)).map(({ id, path }) => [id, path]));
  if (others.size === 0) return new Set();
  const contents = contentsCollection(ctx);
  const where = and(hasIdAmong(contents, [...others.keys()]), keptIn(ctx, bucket));
  const rows = await findBuiltIn(ctx, contents, { where, limit: others.size });
  return new Set(rows.map(({ id }) => others.get(id as string)!));
}

/** As far as they have these bytes still. */
function removeFiles(ctx: RequestContext, bucket: BucketRow, some: readonly SoughtVersion[]) {
  const content = { _in: some.map((one) => one.content) };
  const filter = { bucket: { _eq: bucket.name }, content };
  return deleteItems(ctx, filesCollection(ctx).slug, { filter, limit: some.length });
}

/** Their bytes are removed as those of a deleted file are. */
async function giveUp(ctx: RequestContext, bucket: BucketRow, some: readonly SoughtVersion[]): Promise<void> {
  if (some.length === 0) return;
  const contents = contentsCollection(ctx);
  const { now } = ctx.variables;
  const ids = some.map(({ content }) => content);
  const where = and(hasIdAmong(contents, ids), keptIn(ctx, bucket));
  const set = { unused_since: now, updated_at: now };
  await writeBuiltIn(ctx, { items: [{ kind: "update", collection: contents, where, set }], data: null });
}
