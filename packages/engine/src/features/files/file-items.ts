import {
  and,
  type Collection,
  type Condition,
  excerpt,
  type Find,
  FULL_ACCESS,
  filePathProblem,
  invalid,
  PlinthError,
  type ReadPolicy,
  type Row,
  type SqlQuery,
} from "@plinth/core";
import { itemQueries } from "@plinth/db";
import { readPolicy, refusal } from "../../access/read-policy.ts";
import { originOf } from "../../commit/mutate.ts";
import { bind } from "../../kernel/bindings.ts";
import { type Catalog, memoize, systemCollection } from "../../kernel/catalog.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import { hasId, hasValues } from "../../read/conditions.ts";
import { findBuiltIn } from "../../write/built-in-items.ts";

/** The items of the collection of files: where they are found, and who sees them. */

/** Where a file is. */
export interface FileLocation {
  readonly bucket: string;
  /** In the form NFC. */
  readonly path: string;
  /** It stands for a folder, and its path ends with `/`: clients of S3 store such a file without bytes. */
  readonly isFolder?: boolean;
}

export function filesCollection(ctx: Pick<RequestContext, "catalog">): Collection {
  const found = systemCollection(ctx.catalog, "files");
  if (found) return found;
  throw new PlinthError(
    "NOT_FOUND",
    "This workspace has no files; an administrator makes a bucket with POST /api/buckets.",
  );
}

export const isAt = (collection: Collection, location: FileLocation): Condition =>
  hasValues(collection, ["bucket", "path"], { bucket: location.bucket, path: location.path });

/** The path in the form in which it is stored, if it is one. */
export function normalLocation({ bucket, path, isFolder }: FileLocation): FileLocation {
  return isFolder
    ? { bucket, path: normalPathOfAny(path, "path"), isFolder }
    : { bucket, path: normalPath(path, "path") };
}

/** The same of a file that may stand for a folder; `field` names it in an error. */
export function normalPathOfAny(path: string, field: string): string {
  return path.endsWith("/") ? `${normalPath(path.slice(0, -1), field)}/` : normalPath(path, field);
}

/** The path of a file that stands for no folder. */
export function normalPath(path: string, field: string): string {
  const normal = path.normalize("NFC");
  const problem = filePathProblem(normal);
  if (problem !== undefined) throw invalid(field, problem);
  return normal;
}

export const noSuchFile = ({ bucket }: FileLocation) =>
  new PlinthError("NOT_FOUND", `There is no file at this path in ${excerpt(bucket)}, or you may not see it.`);

/** Files below a folder, at any depth. */
export function isBelow(collection: Collection, bucket: string, folder: string): Condition {
  const path = collection.byName.get("path")!;
  const below: Condition = { kind: "text", ref: { field: path }, op: "starts_with", operand: { value: `${folder}/` } };
  return and(hasValues(collection, ["bucket"], { bucket }), below);
}

/** What the caller may read of the collection. Throws where that is nothing. */
export function requireReadRules(ctx: RequestContext, collection: Collection): ReadPolicy {
  const policy = readPolicy(ctx.catalog, ctx.principal, collection);
  if (!policy) throw refusal(ctx.principal, "read", collection.slug);
  return policy;
}

/** Whatever the rules say. */
export async function findFileAt(ctx: RequestContext, location: FileLocation): Promise<Row | undefined> {
  return findVisibleAt(ctx, FULL_ACCESS, location);
}

/** The item of the file as far as a policy shows it. */
export async function findVisibleAt(
  ctx: RequestContext,
  policy: ReadPolicy,
  { bucket, path }: FileLocation,
): Promise<Row | undefined> {
  const collection = filesCollection(ctx);
  const tree = readsAt(ctx.catalog, collection, policy);
  return (await ctx.source(collection).store.find(tree, bind(ctx, [bucket, path]))).rows[0];
}

/** Made once, so that it is compiled once: each request binds the bucket and the path. */
function readsAt(catalog: Catalog, collection: Collection, policy: ReadPolicy): Find {
  const trees = memoize(catalog, "reads of files by their paths", () => new WeakMap<ReadPolicy, Find>());
  let tree = trees.get(policy);
  if (!tree) {
    const is = (name: string, slot: number): Condition => {
      const ref = { field: collection.byName.get(name)! };
      return { kind: "compare", ref, op: "eq", operand: { slot } };
    };
    const where = and(is("bucket", 0), is("path", 1));
    tree = { collection, policy, where, select: null, sort: [], limit: { value: 1 } };
    trees.set(policy, tree);
  }
  return tree;
}

/** Whether the caller may see the item of the file. */
export async function isVisible(ctx: RequestContext, collection: Collection, file: Row): Promise<boolean> {
  const policy = readPolicy(ctx.catalog, ctx.principal, collection);
  if (!policy) return false;
  const where = and(hasId(collection, file.id as string), policy.where);
  return (await findBuiltIn(ctx, collection, { where, limit: 1 })).length > 0;
}

/** The statements that fail their batch under the label where the bucket has a file. */
export function mustHaveNoFiles(ctx: RequestContext, bucket: string, label: string): SqlQuery[] {
  const collection = systemCollection(ctx.catalog, "files");
  if (!collection) return [];
  const where = hasValues(collection, ["bucket"], { bucket });
  const guard = { kind: "guard", label, collection, where, expect: "none", strict: false } as const;
  return itemQueries(ctx.driver, [guard], bind(ctx, []), originOf(ctx));
}
