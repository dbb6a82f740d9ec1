import { and, type Collection, type Condition, type Mutation, or, type Row } from "@plinth/core";
import type { RequestContext } from "../../../kernel/engine.ts";
import { hasIdAmong, hasValues } from "../../../read/conditions.ts";
import { changeBuiltIn, findBuiltIn, writeBuiltIn } from "../../../write/built-in-items.ts";
import { contentsCollection, isUnused } from "../contents.ts";
import type { BucketRow } from "../repository.ts";
import { listStoredAmong } from "../shares/repository.ts";
import { listVersionedAmong } from "./repository.ts";

/** Which contents outlive their file as its versions. */

/** `unused_since` of those: no sweep ever comes to it. */
export const KEPT = "9999-12-31T23:59:59.999Z";
/** The same of bytes that were in quarantine when their file lost them, as far as anybody knows: administrators alone read them. */
export const KEPT_CLOSED = "9999-12-31T23:59:59.998Z";
/** Of one file. */
export const MOST_VERSIONS = 1000;

const isSince = (contents: Collection, since: string): Condition =>
  hasValues(contents, ["unused_since"], { unused_since: since });

export const isKeptOpen = (contents: Collection): Condition => isSince(contents, KEPT);

export const isKept = (contents: Collection): Condition => or(isKeptOpen(contents), isSince(contents, KEPT_CLOSED));

/** The same of a content that has been read. */
export const isKeptRow = ({ unused_since: since }: Row): boolean => since === KEPT || since === KEPT_CLOSED;

/** The sweep has not come to it since it was stored, or since a file had it again. */
export const isUnmarked = (contents: Collection): Condition => ({
  kind: "null",
  ref: { field: contents.byName.get("unused_since")! },
});

/** Kept, or of a file that was deleted a moment ago, which the sweep has not come to. */
export function isKeptVersion(ctx: RequestContext, contents: Collection): Condition {
  return or(isKept(contents), and(isUnmarked(contents), isUnused(ctx, contents)));
}

/** The same of a bucket, which may keep versions no more. */
export const keptIn = (ctx: RequestContext, { versions }: Pick<BucketRow, "versions">): Condition =>
  versions ? isKeptVersion(ctx, contentsCollection(ctx)) : isKept(contentsCollection(ctx));

/**
 * What becomes of the content that a file has had: a version where its bucket keeps them, and the oldest ones over its limit go. `except`: what the
 * file has now.
 */
export async function leaveContent(
  ctx: RequestContext,
  contents: Collection,
  { content, file, except }: { readonly content: string; readonly file: Row; readonly except?: string },
): Promise<Mutation[]> {
  // Bytes that were in quarantine come back by no version.
  const [versioned] = file.state === "ready" ? await listVersionedAmong(ctx.driver, [content]) : [];
  const left = changeBuiltIn(ctx, contents, content, { unused_since: versioned ? KEPT : ctx.variables.now });
  if (!versioned || versioned.max === null) return [left];
  const where = and(hasValues(contents, ["file"], { file: file.id }), isKept(contents));
  const rows = await findBuiltIn(ctx, contents, { where, limit: 2 * MOST_VERSIONS });
  const kept = rows.filter(({ id }) => id !== except);
  const over = kept.slice(0, Math.max(0, kept.length + 1 - versioned.max));
  return over.length === 0 ? [left] : [left, giveUp(ctx, contents, over)];
}

/** Of these contents, what the bucket has left that kept it and is deleted. */
export async function giveUpKept(ctx: RequestContext, contents: Collection, ids: readonly string[]): Promise<void> {
  const stored = new Set(await listStoredAmong(ctx.driver, ids));
  const others = ids.filter((id) => !stored.has(id));
  if (others.length === 0) return;
  const where = and(hasIdAmong(contents, others), isKept(contents), isUnused(ctx, contents));
  const left = await findBuiltIn(ctx, contents, { where, limit: others.length });
  if (left.length > 0) await writeBuiltIn(ctx, { items: [giveUp(ctx, contents, left)], data: null });
}

/** Nothing keeps these any more, where it has kept them. */
function giveUp(ctx: RequestContext, contents: Collection, rows: readonly Row[]): Mutation {
  const ids = rows.map(({ id }) => id as string);
  const { now } = ctx.variables;
  const where = and(hasIdAmong(contents, ids), isKept(contents));
  return { kind: "update", collection: contents, where, set: { unused_since: now, updated_at: now } };
}
