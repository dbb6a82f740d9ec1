import { and, type Collection, type Condition, type Mutation, or, type Row } from "@plinth/core";
import type { RequestContext } from "../../../kernel/engine.ts";
import { hasIdAmong, hasValues } from "../../../read/conditions.ts";
import { changeBuiltIn, findBuiltIn, writeBuiltIn } from "../../../write/built-in-items.ts";
import { isUnused } from "../contents.ts";
import type { BucketRow } from "../repository.ts";
import { listStoredIds, listVersionedAmong } from "./repository.ts";

/** Which contents outlive their file as its versions. */

/** `unused_since` of those: no sweep ever comes to it. */
export const KEPT = "9999-12-31T23:59:59.999Z";
const SLICE = 500;
/** Of one file. */
export const MOST_VERSIONS = 1000;

export const isKept = (contents: Collection): Condition =>
  hasValues(contents, ["unused_since"], { unused_since: KEPT });

/** Kept, or of a file that was deleted a moment ago, which the sweep has not come to. */
export function isKeptVersion(ctx: RequestContext, contents: Collection): Condition {
  const unmarked: Condition = { kind: "null", ref: { field: contents.byName.get("unused_since")! } };
  return or(isKept(contents), and(unmarked, isUnused(ctx, contents)));
}

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
  return [
    left,
    ...over.map(({ id }) => changeBuiltIn(ctx, contents, id as string, { unused_since: ctx.variables.now })),
  ];
}

/** Before a bucket is deleted that has no files: nothing keeps its versions any more. */
export const giveUpVersions = (ctx: RequestContext, contents: Collection, bucket: BucketRow): Promise<void> =>
  remark(ctx, contents, bucket, { from: KEPT, to: ctx.variables.now });

/** The bucket was not deleted: what this request has given up is kept again. */
export const keepVersionsAgain = (ctx: RequestContext, contents: Collection, bucket: BucketRow): Promise<void> =>
  remark(ctx, contents, bucket, { from: ctx.variables.now, to: KEPT });

async function remark(
  ctx: RequestContext,
  contents: Collection,
  bucket: BucketRow,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<void> {
  for (let before: string | undefined; ; ) {
    const ids = await listStoredIds(ctx.driver, bucket, { limit: SLICE, before });
    if (ids.length === 0) return;
    before = ids.at(-1);
    const where = and(hasIdAmong(contents, ids), hasValues(contents, ["unused_since"], { unused_since: from }));
    const set = { unused_since: to, updated_at: ctx.variables.now };
    await writeBuiltIn(ctx, { items: [{ kind: "update", collection: contents, where, set }], data: null });
  }
}
