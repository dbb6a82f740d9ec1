import { and, type Collection, type Condition, type Mutation, not, or, type Row } from "@plinth/core";
import type { RequestContext } from "../../../kernel/engine.ts";
import { hasIdAmong } from "../../../read/conditions.ts";
import { findBuiltIn, writeBuiltIn } from "../../../write/built-in-items.ts";
import { contentsCollection, isUnused, isUsed } from "../contents.ts";
import { isKeptOpen, isUnmarked, KEPT, KEPT_CLOSED } from "../kept/kept.ts";
import { listVersionedAmong } from "../kept/repository.ts";
import { wasLoggedOpen } from "../kept/was-open.ts";

/**
 * Of these contents, those that no file has any more and that were in quarantine when it lost them, in buckets that keep versions: administrators
 * alone read these versions. Before `markContents`, which opens what is left to it.
 */
export async function keepClosed(ctx: RequestContext, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const contents = contentsCollection(ctx);
  const where = and(or(isUnmarked(contents), isKeptOpen(contents)), isUnused(ctx, contents));
  const left = await rowsWith(ctx, contents, ids, where);
  const kept = new Set((await listVersionedAmong(ctx.driver, idsOf(left))).map(({ id }) => id));
  const closed: string[] = [];
  for (const row of left)
    if (kept.has(row.id as string) && !(await wasLoggedOpen(ctx, row))) closed.push(row.id as string);
  await setSince(ctx, contents, { ids: closed, where, since: KEPT_CLOSED });
}

/** Whether these contents have a file, noted as the files are now, so that the order of the changes makes no difference. */
export async function markContents(ctx: RequestContext, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const contents = contentsCollection(ctx);
  const isLeft = and(isUnmarked(contents), isUnused(ctx, contents));
  const left = await idsWith(ctx, contents, ids, isLeft);
  // In buckets that keep versions, they become versions.
  const kept = new Set((await listVersionedAmong(ctx.driver, left)).map(({ id }) => id));
  const others = left.filter((id) => !kept.has(id));
  await setSince(ctx, contents, { ids: others, where: isLeft, since: ctx.variables.now });
  await setSince(ctx, contents, { ids: [...kept], where: isLeft, since: KEPT });
  const isBack = and(not(isUnmarked(contents)), isUsed(ctx, contents));
  const back = await idsWith(ctx, contents, ids, isBack);
  await setSince(ctx, contents, { ids: back, where: isBack, since: null });
}

async function idsWith(
  ctx: RequestContext,
  contents: Collection,
  ids: readonly string[],
  where: Condition,
): Promise<string[]> {
  return idsOf(await rowsWith(ctx, contents, ids, where));
}

function rowsWith(ctx: RequestContext, contents: Collection, ids: readonly string[], where: Condition): Promise<Row[]> {
  return findBuiltIn(ctx, contents, { where: and(hasIdAmong(contents, ids), where), limit: ids.length });
}

export const idsOf = (rows: readonly Row[]): string[] => rows.map(({ id }) => id as string);

interface Marking {
  readonly ids: readonly string[];
  /** What still holds of them. */
  readonly where: Condition;
  readonly since: string | null;
}

/** No change where there is nothing to mark. */
async function setSince(ctx: RequestContext, contents: Collection, { ids, where, since }: Marking): Promise<void> {
  if (ids.length === 0) return;
  const change: Mutation = {
    kind: "update",
    collection: contents,
    where: and(hasIdAmong(contents, ids), where),
    set: { unused_since: since, updated_at: ctx.variables.now },
  };
  await writeBuiltIn(ctx, { items: [change], data: null });
}
