import type { SqlDriver, SqlQuery } from "@plinth/core";
import { and, database, desc, eq, inArray, lt, or, pieces, toQuery } from "@plinth/db/tables";
import type { StoredContent } from "../shares/repository.ts";
import { storedContents } from "../shares/tables.ts";
import { buckets } from "../tables.ts";

/** Contents of the file that is there, and with `path` those of files that were stored at the path before it. */
export interface StoredAt {
  readonly workspaceId: string;
  readonly bucket: string;
  readonly file: string | undefined;
  readonly path: string | undefined;
}

/** The newest first. `only`: that one, if it is among them. */
export async function listContentsAt(
  driver: SqlDriver,
  { workspaceId, bucket, file, path }: StoredAt,
  { limit, before, only }: { readonly limit: number; readonly before?: string | undefined; readonly only?: string },
): Promise<StoredContent[]> {
  const some = [
    ...(file === undefined ? [] : [eq(storedContents.file, file)]),
    ...(path === undefined ? [] : [eq(storedContents.path, path)]),
  ];
  if (some.length === 0) return [];
  const where = and(
    eq(storedContents.workspaceId, workspaceId),
    eq(storedContents.bucket, bucket),
    or(...some),
    ...(before === undefined ? [] : [lt(storedContents.id, before)]),
    ...(only === undefined ? [] : [eq(storedContents.id, only)]),
  );
  return database(driver).select().from(storedContents).where(where).orderBy(desc(storedContents.id)).limit(limit);
}

/** Of these contents, those whose bucket keeps versions, with how many of a file. */
export async function listVersionedAmong(
  driver: SqlDriver,
  ids: readonly string[],
): Promise<{ id: string; max: number | null }[]> {
  const sameBucket = and(eq(buckets.workspaceId, storedContents.workspaceId), eq(buckets.name, storedContents.bucket));
  const found: { id: string; max: number | null }[] = [];
  for (const piece of pieces(driver, ids)) {
    const rows = database(driver)
      .select({ id: storedContents.id, max: buckets.maxVersions })
      .from(storedContents)
      .innerJoin(buckets, sameBucket)
      .where(and(inArray(storedContents.id, piece), eq(buckets.versions, true)));
    found.push(...(await rows));
  }
  return found;
}

/** The content is one of another item now. */
export function giveStored(
  driver: SqlDriver,
  id: string,
  { file, path }: Pick<StoredContent, "file" | "path">,
): SqlQuery {
  return toQuery(database(driver).update(storedContents).set({ file, path }).where(eq(storedContents.id, id)));
}
