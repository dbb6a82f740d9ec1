import { and, type Collection, type Condition, DataError, type Mutation, not, type SqlDriver } from "@plinth/core";
import type { Engine, RequestContext } from "../../kernel/engine.ts";
import { hasId, hasIdAmong } from "../../read/conditions.ts";
import { findBuiltIn, writeBuiltIn } from "../../write/built-in-items.ts";
import { contentsCollection, isUnused, isUsed, workspacesWithFiles } from "./contents.ts";
import { objectKey } from "./object-store.ts";
import {
  addLoose,
  addUsage,
  deleteLoose,
  deleteOwner,
  findPurgedOwner,
  giveUpUploads,
  listToRemove,
} from "./repository.ts";
import { removeStored } from "./shares/repository.ts";
import { KEPT } from "./versions/kept.ts";
import { listVersionedAmong } from "./versions/repository.ts";

const HOUR_MS = 3_600_000;
/** An upload that takes longer has to be resumable. */
const UPLOAD_MS = 24 * HOUR_MS;
const SLICE = 100;
const MARKED = 500;
/** An undo has just given it to a file again, and the database keeps what a file refers to; or another process has removed it. */
const OVERTAKEN: ReadonlySet<string> = new Set(["foreign_key", "unique", "guard"]);

/**
 * Marks contents that no file has any more, whatever door it went by, and takes those back that an undo has given to a file again. Those
 * that have been unused for some time lose their item; from then on nothing can bring them back.
 */
export async function markUnused(engine: Engine, driver: SqlDriver): Promise<boolean> {
  let more = false;
  for await (const ctx of workspacesWithFiles(engine, driver)) {
    const contents = contentsCollection(ctx);
    const unused: Condition = { kind: "null", ref: { field: contents.byName.get("unused_since")! } };
    const full = [
      await markLeft(ctx, contents, and(unused, isUnused(ctx, contents))),
      await takeBack(ctx, contents, and(not(unused), isUsed(ctx, contents))),
      await unbind(ctx, contents),
    ];
    if (full.includes(true)) more = true;
  }
  return more;
}

/** Those of buckets that keep versions become versions. True: there are more. */
async function markLeft(ctx: RequestContext, contents: Collection, where: Condition): Promise<boolean> {
  const ids = await idsOf(ctx, contents, where);
  const kept = (await listVersionedAmong(ctx.driver, ids)).map(({ id }) => id);
  const left = ids.filter((id) => !kept.includes(id));
  await setSince(
    ctx,
    contents,
    and(hasIdAmong(contents, left), where),
    left.length > 0 ? ctx.variables.now : undefined,
  );
  await setSince(ctx, contents, and(hasIdAmong(contents, kept), where), kept.length > 0 ? KEPT : undefined);
  return ids.length === MARKED;
}

/** True: there are more. */
async function takeBack(ctx: RequestContext, contents: Collection, where: Condition): Promise<boolean> {
  const ids = await idsOf(ctx, contents, where);
  await setSince(ctx, contents, and(hasIdAmong(contents, ids), where), ids.length > 0 ? null : undefined);
  return ids.length === MARKED;
}

async function idsOf(ctx: RequestContext, contents: Collection, where: Condition): Promise<string[]> {
  return (await findBuiltIn(ctx, contents, { where, limit: MARKED })).map(({ id }) => id as string);
}

/** Undefined: there is nothing to mark, and no change. */
async function setSince(
  ctx: RequestContext,
  contents: Collection,
  where: Condition,
  since: string | null | undefined,
): Promise<void> {
  if (since === undefined) return;
  const set = { unused_since: since, updated_at: ctx.variables.now };
  await writeBuiltIn(ctx, { items: [{ kind: "update", collection: contents, where, set }], data: null });
}

/** True: there are more. */
async function unbind(ctx: RequestContext, contents: Collection): Promise<boolean> {
  const { config } = ctx.engine;
  const before = new Date(ctx.now - config.filesKeepDeletedHours * HOUR_MS).toISOString();
  const field = contents.byName.get("unused_since")!;
  const due: Condition = { kind: "compare", ref: { field }, op: "lt", operand: { value: before } };
  const rows = await findBuiltIn(ctx, contents, { where: and(due, isUnused(ctx, contents)), limit: SLICE });
  for (const row of rows) {
    const id = row.id as string;
    const { workspaceId } = ctx.principal;
    const where = hasId(contents, id);
    const items: Mutation[] = [
      { kind: "guard", label: "content", collection: contents, where },
      { kind: "delete", collection: contents, where },
    ];
    const beside = [
      addLoose(ctx.driver, { id, workspaceId, remove: true, since: ctx.now }),
      addUsage(ctx.driver, workspaceId, { bytes: -(row.size as number), contents: -1 }),
      ...removeStored(ctx.driver, id),
    ];
    try {
      await writeBuiltIn(ctx, { items, beside, data: null });
    } catch (error) {
      if (!(error instanceof DataError && OVERTAKEN.has(error.kind))) throw error;
    }
  }
  return rows.length === SLICE;
}

/** Removes bytes that no item stands for. */
export async function removeLoose(engine: Engine, driver: SqlDriver): Promise<boolean> {
  const { files, clock } = engine;
  if (!files) return false;
  const store = await files();
  const now = clock.now();
  await giveUpUploads(driver, now - UPLOAD_MS, now);
  const rows = await listToRemove(driver, SLICE);
  if (rows.length === 0) return false;
  // The bytes first: a row without bytes is removed by the next run, bytes without a row by nobody.
  await store.delete(rows.map(({ workspaceId, id }) => objectKey(workspaceId, id)));
  await deleteLoose(
    driver,
    rows.map(({ id }) => id),
  );
  return rows.length === SLICE;
}

/** Removes the bytes of a workspace that was deleted for good. */
export async function removePurged(engine: Engine, driver: SqlDriver): Promise<boolean> {
  const { files } = engine;
  const workspaceId = files && (await findPurgedOwner(driver));
  if (workspaceId === undefined) return false;
  const store = await files!();
  const page = await store.list({ prefix: objectKey(workspaceId, "") });
  await store.delete(page.files.map(({ key }) => key));
  if (page.cursor === undefined) await deleteOwner(driver, workspaceId);
  return true;
}
