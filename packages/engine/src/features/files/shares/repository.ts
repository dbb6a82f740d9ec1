import type { SqlDriver, SqlQuery } from "@plinth/core";
import {
  and,
  database,
  eq,
  guardTemplate,
  inArray,
  isNull,
  lte,
  or,
  pieces,
  sql,
  statement,
  template,
  toQuery,
} from "@plinth/db/tables";
import type { BucketRow } from "../repository.ts";
import { buckets } from "../tables.ts";
import { type UnfinishedOf, unfinishedBytes, unfinishedFiles } from "../unfinished/repository.ts";
import { fileShares, storedContents } from "./tables.ts";

export type StoredContent = typeof storedContents.$inferSelect;

/** Of a bucket, or of the files that its `owner` has stored there. */
export type Share = Pick<StoredContent, "workspaceId" | "bucket" | "owner">;

/** The limits of a bucket, as its columns hold them. */
export const SHARE_LIMITS = {
  max_total_bytes: { limit: buckets.maxTotalBytes, used: fileShares.bytes, unfinished: unfinishedBytes, of: "bucket" },
  max_files: { limit: buckets.maxFiles, used: fileShares.contents, unfinished: unfinishedFiles, of: "bucket" },
  max_bytes_per_user: {
    limit: buckets.maxBytesPerUser,
    used: fileShares.bytes,
    unfinished: unfinishedBytes,
    of: "owner",
  },
} as const;
export type ShareLimit = keyof typeof SHARE_LIMITS;

/** Counts a content. Until the commit, whoever else stores or removes something in the bucket waits. */
export function addStored(driver: SqlDriver, content: StoredContent): SqlQuery[] {
  const { owner, bytes, ...rest } = content;
  const owners = owner === "" ? [""] : ["", owner];
  return [
    ...owners.map((one) => addToShare(driver, { ...rest, owner: one }, { bytes, contents: 1 })),
    storedRow(driver, content),
  ];
}

const storedRow = template<StoredContent>((driver) => {
  const columns = ["id", "workspaceId", "bucket", "path", "file", "owner", "bytes"] as const;
  const row = Object.fromEntries(columns.map((name) => [name, sql.placeholder(name)]));
  return toQuery(
    database(driver)
      .insert(storedContents)
      .values(row as never),
  );
});

export function addToShare(
  driver: SqlDriver,
  { workspaceId, bucket, owner }: Share,
  { bytes, contents }: { readonly bytes: number; readonly contents: number },
): SqlQuery {
  const text = `insert into plinth_files_shares (workspace_id, bucket, owner, bytes, contents) values (?1, ?2, ?3, ?4, ?5)
    on conflict (workspace_id, bucket, owner) do update set bytes = plinth_files_shares.bytes + excluded.bytes,
      contents = plinth_files_shares.contents + excluded.contents`;
  return statement(driver, text, [workspaceId, bucket, owner, bytes, contents]);
}

/** Without the shares. */
export function addStoredRows(driver: SqlDriver, rows: readonly StoredContent[]): SqlQuery {
  return toQuery(
    database(driver)
      .insert(storedContents)
      .values([...rows]),
  );
}

/** The contents of these files are at the path to which their file moves; with `folder`, those below it at the same place below the new one. */
export function moveStored(
  driver: SqlDriver,
  files: readonly string[],
  { folder, to }: { readonly folder: string | undefined; readonly to: string },
): SqlQuery[] {
  const { path, file } = storedContents;
  const start = `${folder}/`;
  const rest = sql`substr(${path}, ${[...start].length})`;
  const isBelow = sql`substr(${path}, 1, ${[...start].length}) = ${start}`;
  return [...pieces(driver, files)].map((ids) => {
    const change = database(driver).update(storedContents);
    return folder === undefined
      ? toQuery(change.set({ path: to }).where(inArray(file, ids)))
      : toQuery(change.set({ path: sql`${to} || ${rest}` }).where(and(inArray(file, ids), isBelow)));
  });
}

/** Of these files, those with contents at another path than theirs, by their ids. */
export async function listMisplaced(driver: SqlDriver, paths: ReadonlyMap<string, string>): Promise<string[]> {
  const { path, file } = storedContents;
  const found = new Set<string>();
  for (const ids of pieces(driver, [...paths.keys()])) {
    const rows = await database(driver).select({ path, file }).from(storedContents).where(inArray(file, ids));
    for (const row of rows) if (row.path !== paths.get(row.file)) found.add(row.file);
  }
  return [...found];
}

/** Of these contents, those that count in shares. */
export async function listStoredAmong(driver: SqlDriver, ids: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const some of pieces(driver, ids)) {
    const rows = database(driver).select({ id: storedContents.id }).from(storedContents);
    found.push(...(await rows.where(inArray(storedContents.id, some))).map(({ id }) => id));
  }
  return found;
}

/** Contents of one workspace, as many as a statement takes parameters for. Nothing for those that count in no share. */
export function removeStored(driver: SqlDriver, workspaceId: string, ids: readonly string[]): SqlQuery[] {
  const among = `c.id in (${ids.map((_, n) => `?${n + 2}`).join(", ")})`;
  const counted = `from plinth_files_stored c where ${among} and c.bucket = plinth_files_shares.bucket
    and plinth_files_shares.owner in ('', c.owner)`;
  const text = `update plinth_files_shares set contents = contents - (select count(*) ${counted}),
      bytes = bytes - (select coalesce(sum(c.bytes), 0) ${counted})
    where workspace_id = ?1 and bucket in (select c.bucket from plinth_files_stored c where ${among})
      and owner in (select c.owner from plinth_files_stored c where ${among} union select '')`;
  return [
    statement(driver, text, [workspaceId, ...ids]),
    toQuery(
      database(driver)
        .delete(storedContents)
        .where(inArray(storedContents.id, [...ids])),
    ),
  ];
}

const shareOf = ({ workspaceId, bucket, owner }: Share) =>
  and(eq(fileShares.workspaceId, workspaceId), eq(fileShares.bucket, bucket), eq(fileShares.owner, owner));

/** The uploads that will count in a share. */
export const unfinishedIn = ({ workspaceId, bucket, owner }: Share): UnfinishedOf => ({
  workspaceId,
  bucket,
  ...(owner !== "" && { user: owner }),
});

/** Fails its batch under the label where the share is over this limit of its bucket, with what uploads that are not done will store. */
export function mustBeInShare(driver: SqlDriver, share: Share, name: ShareLimit, label: string): SqlQuery {
  return SHARE_GUARDS[name](driver, label, share);
}

type ShareGuard = (driver: SqlDriver, label: string, share: Share) => SqlQuery;

function shareGuard(name: ShareLimit): ShareGuard {
  const { limit, used, unfinished, of } = SHARE_LIMITS[name];
  const [workspaceId, bucket] = [sql.placeholder("workspaceId"), sql.placeholder("bucket")];
  const owner = sql.placeholder("owner");
  const rest = unfinished({ workspaceId, bucket, ...(of === "owner" && { user: owner }) });
  const sameBucket = and(eq(buckets.workspaceId, fileShares.workspaceId), eq(buckets.name, fileShares.bucket));
  const sameShare = and(
    eq(fileShares.workspaceId, workspaceId),
    eq(fileShares.bucket, bucket),
    eq(fileShares.owner, owner),
  );
  return guardTemplate<Share>((driver) =>
    database(driver)
      .select({ bytes: fileShares.bytes })
      .from(fileShares)
      .innerJoin(buckets, sameBucket)
      .where(and(sameShare, or(isNull(limit), lte(sql`${used} + ${rest}`, limit)))),
  );
}

const SHARE_GUARDS: Readonly<Record<ShareLimit, ShareGuard>> = {
  max_total_bytes: shareGuard("max_total_bytes"),
  max_files: shareGuard("max_files"),
  max_bytes_per_user: shareGuard("max_bytes_per_user"),
};

/** Undefined: nothing is stored there yet. */
export async function findShare(driver: SqlDriver, of: Share): Promise<typeof fileShares.$inferSelect | undefined> {
  return (await database(driver).select().from(fileShares).where(shareOf(of)))[0];
}

/** When its bucket is deleted, which is empty then but for contents that are still to be removed. */
export function deleteShares(
  driver: SqlDriver,
  { workspaceId, name: bucket }: Pick<BucketRow, "workspaceId" | "name">,
): SqlQuery[] {
  const of = database(driver);
  return [
    toQuery(of.delete(fileShares).where(and(eq(fileShares.workspaceId, workspaceId), eq(fileShares.bucket, bucket)))),
    toQuery(
      of
        .delete(storedContents)
        .where(and(eq(storedContents.workspaceId, workspaceId), eq(storedContents.bucket, bucket))),
    ),
  ];
}
