import { and, type Change, type Collection, type Condition, type Mutation, not, type SqlDriver } from "@plinth/core";
import { drainChanges } from "../../../changelog/consume.ts";
import type { Engine, RequestContext } from "../../../kernel/engine.ts";
import { hasIdAmong } from "../../../read/conditions.ts";
import { findBuiltIn, writeBuiltIn } from "../../../write/built-in-items.ts";
import { contentsCollection, isUnused, isUsed, workspacesWithFiles } from "../contents.ts";
import { filesCollection } from "../file-items.ts";
import { KEPT } from "../kept/kept.ts";
import { listVersionedAmong } from "../kept/repository.ts";
import { unbindUnused } from "./unbind-unused.ts";

/** Changes that are read at once, and how many pages of them in one slice. */
const PAGE = 500;
const PAGES = 4;

/**
 * Marks contents that no file has any more, whatever door it went by, and takes those back that an undo has given to a file again. Those
 * that have been unused for some time lose their item; from then on nothing can bring them back. Only contents that the change log names are
 * looked at, so the number of files makes no difference.
 */
export async function markUnused(engine: Engine, driver: SqlDriver): Promise<boolean> {
  let more = false;
  for await (const ctx of workspacesWithFiles(engine, driver)) {
    try {
      if (await followLog(ctx)) more = true;
      if (await unbindUnused(ctx)) more = true;
    } catch (error) {
      const { workspaceId } = ctx.principal;
      engine.log.warn("the unused files of a workspace could not be looked for", { workspaceId, error });
    }
  }
  return more;
}

/** True: there may be more. */
async function followLog(ctx: RequestContext): Promise<boolean> {
  const { engine, driver, principal } = ctx;
  let pages = 0;
  const options = {
    name: "files",
    workspaceId: principal.workspaceId,
    from: "oldest",
    collectionIds: [filesCollection(ctx).id],
    limit: PAGE,
    maxPages: PAGES,
    onGap: () => markAll(ctx),
  } as const;
  await drainChanges(engine, driver, options, async (changes) => {
    pages++;
    await mark(ctx, contentsIn(changes));
  });
  return pages === PAGES;
}

/** The contents that files have lost or got. */
function contentsIn(changes: readonly Change[]): string[] {
  const changed = changes.filter(({ before, after }) => before?.content !== after?.content);
  const ids = changed.flatMap(({ before, after }) => [before?.content, after?.content]);
  return [...new Set(ids.filter((id) => typeof id === "string"))];
}

/** The log was trimmed before it was read. */
async function markAll(ctx: RequestContext): Promise<void> {
  const contents = contentsCollection(ctx);
  let after: string | undefined;
  do {
    const rows = await findBuiltIn(ctx, contents, { where: and(), limit: PAGE, after });
    const ids = rows.map(({ id }) => id as string);
    await mark(ctx, ids);
    after = ids.length === PAGE ? ids.at(-1) : undefined;
  } while (after !== undefined);
}

/** As the files are now, so the order of the changes makes no difference. */
async function mark(ctx: RequestContext, ids: readonly string[]): Promise<void> {
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
