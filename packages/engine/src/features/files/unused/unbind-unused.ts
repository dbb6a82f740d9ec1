import { and, type Collection, type Condition, FULL_ACCESS, type Mutation, type Row } from "@plinth/core";
import { bind } from "../../../kernel/bindings.ts";
import type { RequestContext } from "../../../kernel/engine.ts";
import { hasIdAmong } from "../../../read/conditions.ts";
import { writeBuiltIn } from "../../../write/built-in-items.ts";
import { contentsCollection, isUnused } from "../contents.ts";
import { addLoose, addUsage } from "../repository.ts";
import { deleteS3Contents } from "../s3/repository.ts";
import { deleteUnaccepted } from "../scanner/repository.ts";
import { removeStored } from "../shares/repository.ts";
import { unlessOvertaken } from "./unless-overtaken.ts";

const HOUR_MS = 3_600_000;
/** Contents of one batch: each has five parameters in its longest statement, of which D1 takes 100. */
const AT_ONCE = 16;
const SLICE = 6 * AT_ONCE;
/** An undo has just given it to a file again, and the database keeps what a file refers to; or another process has removed it. */
const OVERTAKEN: ReadonlySet<string> = new Set(["foreign_key", "unique", "guard"]);

/** Contents that have been unused for some time lose their item, and their bytes are to be removed. True: there are more. */
export async function unbindUnused(ctx: RequestContext): Promise<boolean> {
  const contents = contentsCollection(ctx);
  const rows = await dueRows(ctx, contents);
  for (let at = 0; at < rows.length; at += AT_ONCE) {
    const some = rows.slice(at, at + AT_ONCE);
    if (await unbind(ctx, contents, some)) continue;
    for (const row of some) await unbind(ctx, contents, [row]);
  }
  return rows.length === SLICE;
}

/** All of them, or none: false. */
async function unbind(ctx: RequestContext, contents: Collection, rows: readonly Row[]): Promise<boolean> {
  const { driver, now, principal } = ctx;
  const { workspaceId } = principal;
  const ids = rows.map(({ id }) => id as string);
  const where = and(hasIdAmong(contents, ids), dueIn(ctx, contents));
  const expect = [{ op: "eq", count: ids.length }] as const;
  const items: Mutation[] = [
    { kind: "guard", label: "contents", collection: contents, where, expect, locks: true },
    { kind: "delete", collection: contents, where },
  ];
  const bytes = rows.reduce((sum, { size }) => sum + (size as number), 0);
  const loose = ids.map((id) => ({ id, workspaceId, remove: true, since: now, bytes: 0 }));
  const beside = [
    addLoose(driver, loose),
    addUsage(driver, workspaceId, { bytes: -bytes, contents: -ids.length }),
    ...removeStored(driver, workspaceId, ids),
    deleteS3Contents(driver, ids),
    deleteUnaccepted(driver, ids),
  ];
  return unlessOvertaken(writeBuiltIn(ctx, { items, beside, data: null }), OVERTAKEN);
}

/** No file has had it for as long as a deletion can be undone. */
function dueIn(ctx: RequestContext, collection: Collection): Condition {
  const before = new Date(ctx.now - ctx.engine.config.filesKeepDeletedHours * HOUR_MS).toISOString();
  const ref = { field: collection.byName.get("unused_since")! };
  return and({ kind: "compare", ref, op: "lt", operand: { value: before } }, isUnused(ctx, collection));
}

async function dueRows(ctx: RequestContext, collection: Collection): Promise<Row[]> {
  const ref = { field: collection.byName.get("unused_since")! };
  const where = dueIn(ctx, collection);
  // In the order of the index: in that of the ids, a database would read all contents.
  const sort = [{ ref, direction: "asc" as const }];
  const tree = { collection, policy: FULL_ACCESS, where, select: ["id", "size"], sort, limit: { value: SLICE } };
  return (await ctx.source(collection).store.find(tree, bind(ctx, []))).rows;
}
