import { and, type Collection, type Condition, type Mutation, not } from "@plinth/core";
import type { RequestContext } from "../../../kernel/engine.ts";
import { hasIdAmong } from "../../../read/conditions.ts";
import { findBuiltIn, writeBuiltIn } from "../../../write/built-in-items.ts";
import { contentsCollection, isUnused, isUsed } from "../contents.ts";
import { KEPT } from "../kept/kept.ts";
import { listVersionedAmong } from "../kept/repository.ts";

/** Whether these contents have a file, noted as the files are now, so that the order of the changes makes no difference. */
export async function markContents(ctx: RequestContext, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const contents = contentsCollection(ctx);
  const isUnmarked: Condition = { kind: "null", ref: { field: contents.byName.get("unused_since")! } };
  const isLeft = and(isUnmarked, isUnused(ctx, contents));
  const left = await idsWith(ctx, contents, ids, isLeft);
  // In buckets that keep versions, they become versions.
  const kept = new Set((await listVersionedAmong(ctx.driver, left)).map(({ id }) => id));
  const others = left.filter((id) => !kept.has(id));
  await setSince(ctx, contents, { ids: others, where: isLeft, since: ctx.variables.now });
  await setSince(ctx, contents, { ids: [...kept], where: isLeft, since: KEPT });
  const isBack = and(not(isUnmarked), isUsed(ctx, contents));
  const back = await idsWith(ctx, contents, ids, isBack);
  await setSince(ctx, contents, { ids: back, where: isBack, since: null });
}

async function idsWith(
  ctx: RequestContext,
  contents: Collection,
  ids: readonly string[],
  where: Condition,
): Promise<string[]> {
  const among = and(hasIdAmong(contents, ids), where);
  return (await findBuiltIn(ctx, contents, { where: among, limit: ids.length })).map(({ id }) => id as string);
}

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
