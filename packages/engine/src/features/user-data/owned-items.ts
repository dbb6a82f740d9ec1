import { type Json, PlinthError } from "@plinth/core";
import type { OwnedItems } from "@plinth/db";
import type { RequestContext } from "../../kernel/engine.ts";
import { listItems } from "../../read/read.ts";
import { deleteItems, patchItems } from "../../write/bulk.ts";

/** Items in one write: some milliseconds of work. */
const SLICE = 100;

/** What was done with the items of a user. */
export interface Settled {
  released: number;
  deleted: number;
}

/** How much may be done now: slices, until some time of the clock. */
export interface Allowance {
  slices: number;
  readonly until: number;
}

/** Settles a user's items in one collection. False: the allowance is used up. */
export async function settleItems(
  ctx: RequestContext,
  slug: string,
  { userId, items, done, left }: { userId: string; items: OwnedItems; done: Settled; left: Allowance },
): Promise<boolean> {
  for (;;) {
    const ids = await nextOwned(ctx, slug, userId);
    if (ids.length === 0) return true;
    if (left.slices-- <= 0 || ctx.engine.clock.now() >= left.until) return false;
    const deleted = items === "delete" ? await removeFrom(ctx, slug, ids) : 0;
    done.deleted += deleted;
    // What is protected by items that refer to it stays, without its owner.
    if (deleted < ids.length) done.released += await release(ctx, slug, userId, ids);
  }
}

/** The newest first: what refers to an item of its own collection is usually newer. */
async function nextOwned(ctx: RequestContext, slug: string, userId: string): Promise<string[]> {
  const page = await listItems(ctx, slug, {
    filter: { owner_id: { _eq: userId } },
    fields: [{ path: "id" }],
    sort: [{ path: "id", direction: "desc" }],
    limit: Math.min(SLICE, ctx.engine.config.maxLimit),
  });
  return (page.data as { id: string }[]).map(({ id }) => id);
}

async function release(ctx: RequestContext, slug: string, userId: string, ids: readonly string[]): Promise<number> {
  const filter = { _and: [{ owner_id: { _eq: userId } }, among(ids)] };
  const { updated } = await patchItems(ctx, slug, { filter }, { owner_id: null });
  return Number(updated);
}

/** All at once, or one after another where others refer to some of them. Returns how many were deleted. */
async function removeFrom(ctx: RequestContext, slug: string, ids: readonly string[]): Promise<number> {
  const together = await remove(ctx, slug, ids);
  if (together !== undefined) return together;
  let removed = 0;
  for (const id of ids) removed += (await remove(ctx, slug, [id])) ?? 0;
  return removed;
}

/** Undefined: others refer to one of them. */
async function remove(ctx: RequestContext, slug: string, ids: readonly string[]): Promise<number | undefined> {
  try {
    const { deleted } = await deleteItems(ctx, slug, { filter: among(ids) });
    return Number(deleted);
  } catch (error) {
    if (error instanceof PlinthError && error.code === "REFERENCE_IN_USE") return undefined;
    throw error;
  }
}

function among(ids: readonly string[]): Json {
  return { id: { _in: [...ids] } };
}
