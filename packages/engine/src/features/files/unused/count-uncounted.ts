import type { Collection, Mutation, Row, SqlQuery } from "@plinth/core";
import type { RequestContext } from "../../../kernel/engine.ts";
import { hasIdAmong } from "../../../read/conditions.ts";
import { findBuiltIn, writeBuiltIn } from "../../../write/built-in-items.ts";
import { contentsCollection } from "../contents.ts";
import { filesCollection } from "../file-items.ts";
import { isKeptRow } from "../kept/kept.ts";
import { addUsage } from "../repository.ts";
import { addStoredRows, addToShare, listStoredAmong, type StoredContent } from "../shares/repository.ts";
import { unlessOvertaken } from "./unless-overtaken.ts";

/** A row of one has seven parameters, of which D1 takes 100. */
const AT_ONCE = 14;
/** One of the contents or files was removed meanwhile, or another process has counted them. */
const OVERTAKEN: ReadonlySet<string> = new Set(["unique", "guard"]);

/**
 * Counts contents in the shares of their buckets that were stored before there were any. As nobody has noted who stored them, it is the owner of the
 * file. What no file has any more is not counted: its bytes are removed soon.
 */
export async function countUncounted(ctx: RequestContext, contents: readonly Row[]): Promise<void> {
  const counted = new Set(
    await listStoredAmong(
      ctx.driver,
      contents.map(({ id }) => id as string),
    ),
  );
  const some = contents.filter((row) => !counted.has(row.id as string) && !isKeptRow(row));
  if (some.length === 0) return;
  const files = filesCollection(ctx);
  const ids = [...new Set(some.map(({ file }) => file as string))];
  const found = await findBuiltIn(ctx, files, { where: hasIdAmong(files, ids), limit: ids.length });
  const byId = new Map(found.map((file) => [file.id, file]));
  const rows = some.flatMap((content) => {
    const file = byId.get(content.file!);
    return file ? [storedRow(ctx, content, file)] : [];
  });
  for (let at = 0; at < rows.length; at += AT_ONCE) {
    const part = rows.slice(at, at + AT_ONCE);
    if (await count(ctx, part)) continue;
    for (const row of part) await count(ctx, [row]);
  }
}

function storedRow({ principal }: RequestContext, { id, size }: Row, file: Row): StoredContent {
  return {
    id: id as string,
    workspaceId: principal.workspaceId,
    bucket: file.bucket as string,
    path: file.path as string,
    file: file.id as string,
    owner: (file.owner_id as string | null) ?? "",
    bytes: size as number,
  };
}

/** All of them, or none: false. */
async function count(ctx: RequestContext, rows: readonly StoredContent[]): Promise<boolean> {
  const { driver, principal } = ctx;
  const ids = rows.map(({ id }) => id);
  const files = [...new Set(rows.map(({ file }) => file))];
  // Neither is removed before these are counted; a bucket stays as long as it has files.
  const items = [mustBeThere(contentsCollection(ctx), ids), mustBeThere(filesCollection(ctx), files)];
  const beside = [
    addUsage(driver, principal.workspaceId, { bytes: 0, contents: 0 }),
    ...sharesOf(ctx, rows),
    addStoredRows(driver, rows),
  ];
  return unlessOvertaken(writeBuiltIn(ctx, { items, beside, data: null }), OVERTAKEN);
}

function mustBeThere(collection: Collection, ids: readonly string[]): Mutation {
  const expect = [{ op: "eq", count: ids.length }] as const;
  return { kind: "guard", label: "there", collection, where: hasIdAmong(collection, ids), expect, locks: true };
}

/** One statement for each share. */
function sharesOf({ driver, principal }: RequestContext, rows: readonly StoredContent[]): SqlQuery[] {
  const { workspaceId } = principal;
  const shares = rows.flatMap((row) => [{ ...row, owner: "" }, ...(row.owner === "" ? [] : [row])]);
  return [...Map.groupBy(shares, ({ bucket, owner }) => `${bucket} ${owner}`).values()].map((some) => {
    const bytes = some.reduce((sum, one) => sum + one.bytes, 0);
    const { bucket, owner } = some[0]!;
    return addToShare(driver, { workspaceId, bucket, owner }, { bytes, contents: some.length });
  });
}
