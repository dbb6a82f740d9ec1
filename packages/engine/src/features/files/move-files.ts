import {
  and,
  type Collection,
  type Condition,
  DataError,
  type FieldChange,
  invalid,
  isAlways,
  type Mutation,
  not,
  PlinthError,
  type Row,
  splitFilePath,
  type TextStart,
} from "@plinth/core";
import { readPolicy, refusal } from "../../access/read-policy.ts";
import { requireRules, type WritePolicy } from "../../access/write-policy.ts";
import { bind } from "../../kernel/bindings.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import * as z from "../../kernel/zod.ts";
import { hasIdAmong, hasValues } from "../../read/conditions.ts";
import { findBuiltIn, writeBuiltIn } from "../../write/built-in-items.ts";
import { requireKnownBucket } from "./buckets.ts";
import {
  filesCollection,
  isAt,
  isBelow,
  normalPath,
  normalPathOfAny,
  noSuchFile,
  requireReadRules,
} from "./file-items.ts";
import { moveStored } from "./shares/repository.ts";

/** Files that one request moves or deletes. */
export const MOST_AT_ONCE = 10_000;

export const moveFilesSchema = z.strictObject({
  bucket: z.string(),
  from: z.string().describe("The path of a file, or with `tree` of a folder"),
  to: z.string().describe("Its new path"),
  tree: z.boolean().default(false).describe("Moves a folder with all that is in it"),
});

/** The fields of an item that a move changes. */
const FILE_FIELDS = ["path", "folder", "name"] as const;
const FOLDER_FIELDS = ["path", "folder"] as const;
const THERE = "files to move";
const CHECK = "check";

/**
 * Gives a file, or all files of a folder, another path: all of them or none. Their bytes stay where they are. Files in the folder that the
 * caller may not see stay there.
 */
export async function moveFiles(
  ctx: RequestContext,
  input: z.output<typeof moveFilesSchema>,
): Promise<{ moved: number }> {
  const collection = filesCollection(ctx);
  const from = normalPath(input.from, "from");
  const to = normalPath(input.to, "to");
  const { bucket, tree } = input;
  const policy = requireRules(ctx.catalog, ctx.principal, collection, "update", [
    ...(tree ? FOLDER_FIELDS : FILE_FIELDS),
  ]);
  await requireKnownBucket(ctx, bucket);
  if (tree && (`${to}/`.startsWith(`${from}/`) || `${from}/`.startsWith(`${to}/`)))
    throw invalid("to", "must not be the folder itself, nor one above or below it");
  const where = tree ? isBelow(collection, bucket, from) : isAt(collection, { bucket, path: from });
  const rows = await visibleRows(ctx, collection, where);
  if (rows.length === 0) throw noSuchFile({ bucket, path: from });
  const targets = rows.map(({ path }) => normalPathOfAny(to + (path as string).slice(from.length), "to"));
  const change = tree ? startsWith(collection, from, to) : { set: { path: to, ...splitFilePath(to) } };
  const ids = rows.map(({ id }) => id as string);
  const folder = tree ? from : undefined;
  await move(ctx, { collection, where, policy, change, bucket, folder, to, targets, ids });
  return { moved: rows.length };
}

async function visibleRows(ctx: RequestContext, collection: Collection, where: Condition): Promise<Row[]> {
  const policy = requireReadRules(ctx, collection);
  const sort = [{ ref: { field: collection.byName.get("id")! }, direction: "asc" as const }];
  const limit = { value: MOST_AT_ONCE + 1 };
  const tree = { collection, policy, where, select: ["id", "path"], sort, limit };
  const { rows } = await ctx.source(collection).store.find(tree, bind(ctx, []));
  if (rows.length > MOST_AT_ONCE)
    throw invalid(
      "from",
      `has more than ${MOST_AT_ONCE} files, which is the most that one request moves`,
      "LIMIT_EXCEEDED",
    );
  return rows;
}

interface PathChange {
  readonly set: Row;
  readonly changes?: readonly FieldChange[];
}

/** The folder's part of each path becomes another one. */
function startsWith(collection: Collection, from: string, to: string): PathChange {
  const value: TextStart = { characters: [...from].length, by: to };
  const changes = FOLDER_FIELDS.map((name): FieldChange => {
    return { field: collection.byName.get(name)!, op: "replace_start", value: { ...value }, label: name };
  });
  return { set: {}, changes };
}

interface Moving {
  readonly collection: Collection;
  readonly where: Condition;
  readonly policy: WritePolicy;
  readonly change: PathChange;
  readonly bucket: string;
  /** Undefined: one file moves. */
  readonly folder: string | undefined;
  readonly to: string;
  /** The new paths. */
  readonly targets: readonly string[];
  readonly ids: readonly string[];
}

async function move(ctx: RequestContext, moving: Moving): Promise<void> {
  const { collection, where, policy, change, to, ids } = moving;
  const among = hasIdAmong(collection, ids);
  const refused = () => refusal(ctx.principal, "update", `all these items of ${collection.slug}`);
  if (!isAlways(policy.where)) {
    const kept = await findBuiltIn(ctx, collection, { where: and(among, not(policy.where)), limit: 1 });
    if (kept.length > 0) throw refused();
  }
  const own = and(among, where, policy.where);
  const items: Mutation[] = [
    { kind: "guard", label: THERE, collection, where: own, expect: [{ op: "eq", count: ids.length }], locks: true },
    {
      kind: "update",
      collection,
      where: own,
      set: { ...change.set, updated_at: ctx.variables.now },
      ...(change.changes && { changes: change.changes }),
      ...(policy.transitions && { transitions: { of: policy.transitions, label: CHECK } }),
    },
    ...(isAlways(policy.check) ? [] : [mustSatisfy(collection, and(among, not(policy.check)))]),
  ];
  try {
    const beside = moveStored(ctx.driver, ids, moving);
    await writeBuiltIn(ctx, { items, beside, data: { moved: ids.length } });
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    if (error.guard === CHECK) throw refused();
    if (error.guard === THERE)
      throw new PlinthError("CONFLICT", "Files have changed while they were moved; try again.");
    if (error.kind !== "unique") throw error;
    // Of a file that the caller may not see, the refusal is that of a path where it may write nothing.
    if (!(await seesOneOf(ctx, moving))) throw refused();
    throw new PlinthError("CONFLICT", "There is a file at the new path already.", { field: "to", path: to });
  }
}

/** Paths that one statement looks for. */
const LOOKED_FOR = 500;

/** Whether the caller may see a file that is in the way. */
async function seesOneOf(ctx: RequestContext, { collection, bucket, targets }: Moving): Promise<boolean> {
  if (ctx.principal.bypass) return true;
  const policy = readPolicy(ctx.catalog, ctx.principal, collection);
  if (!policy) return false;
  const field = collection.byName.get("path")!;
  for (let at = 0; at < targets.length; at += LOOKED_FOR) {
    const value = targets.slice(at, at + LOOKED_FOR);
    const among: Condition = { kind: "in", ref: { field }, negated: false, operand: { value } };
    const where = and(hasValues(collection, ["bucket"], { bucket }), among);
    const tree = { collection, policy, where, select: ["id"], sort: [], limit: { value: 1 } };
    if ((await ctx.source(collection).store.find(tree, bind(ctx, []))).rows.length > 0) return true;
  }
  return false;
}

function mustSatisfy(collection: Collection, broken: Condition): Mutation {
  return { kind: "guard", label: CHECK, collection, where: broken, expect: "none" };
}
