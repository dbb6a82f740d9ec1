import { and, type Collection, type Condition, DataError, FULL_ACCESS, type Mutation, type Row } from "@plinth/core";
import { bind } from "../../../kernel/bindings.ts";
import type { RequestContext } from "../../../kernel/engine.ts";
import { hasId } from "../../../read/conditions.ts";
import { writeBuiltIn } from "../../../write/built-in-items.ts";
import { contentsCollection, isUnused } from "../contents.ts";
import { addLoose, addUsage } from "../repository.ts";
import { deleteS3Content } from "../s3/repository.ts";
import { removeStored } from "../shares/repository.ts";

const HOUR_MS = 3_600_000;
const SLICE = 100;
/** An undo has just given it to a file again, and the database keeps what a file refers to; or another process has removed it. */
const OVERTAKEN: ReadonlySet<string> = new Set(["foreign_key", "unique", "guard"]);

/** Contents that have been unused for some time lose their item, and their bytes are to be removed. True: there are more. */
export async function unbindUnused(ctx: RequestContext): Promise<boolean> {
  const contents = contentsCollection(ctx);
  const rows = await dueRows(ctx, contents);
  for (const row of rows) {
    const id = row.id as string;
    const { workspaceId } = ctx.principal;
    const where = and(hasId(contents, id), dueIn(ctx, contents));
    const items: Mutation[] = [
      { kind: "guard", label: "content", collection: contents, where },
      { kind: "delete", collection: contents, where },
    ];
    const beside = [
      addLoose(ctx.driver, { id, workspaceId, remove: true, since: ctx.now, bytes: 0 }),
      addUsage(ctx.driver, workspaceId, { bytes: -(row.size as number), contents: -1 }),
      ...removeStored(ctx.driver, id),
      deleteS3Content(ctx.driver, id),
    ];
    try {
      await writeBuiltIn(ctx, { items, beside, data: null });
    } catch (error) {
      if (!(error instanceof DataError && OVERTAKEN.has(error.kind))) throw error;
    }
  }
  return rows.length === SLICE;
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
