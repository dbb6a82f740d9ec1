import {
  type Collection,
  type Condition,
  FULL_ACCESS,
  type Mutation,
  type Row,
  type SqlQuery,
  uuidv7,
} from "@plinth/core";
import { itemQueries } from "@plinth/db";
import type { WritePolicy } from "../access/write-policy.ts";
import { announceWrite } from "../commit/announce-write.ts";
import { commit } from "../commit/commit.ts";
import { originOf } from "../commit/mutate.ts";
import type { Requirement } from "../commit/requirement.ts";
import { bind } from "../kernel/bindings.ts";
import type { Engine, RequestContext } from "../kernel/engine.ts";
import { hasId } from "../read/conditions.ts";
import { fill, inOrder } from "./input.ts";

/** How services read and write the items of built-in collections, which nobody writes by the routes of items. */

/** In the order of their ids, whatever the rules say: the routes decide themselves. */
export async function findBuiltIn(
  ctx: RequestContext,
  collection: Collection,
  { where, limit, after }: { where: Condition; limit: number; after?: string | undefined },
): Promise<Row[]> {
  const sort = [{ ref: { field: collection.byName.get("id")! }, direction: "asc" as const }];
  const later = after === undefined ? {} : { after: [{ value: after }] };
  const tree = { collection, policy: FULL_ACCESS, where, select: null, sort, limit: { value: limit }, ...later };
  return (await ctx.source(collection).store.find(tree, bind(ctx, []))).rows;
}

/** A new item with every field: the built-in ones given, and defaults for those that the workspace has added. */
export function newBuiltIn(
  ctx: RequestContext,
  collection: Collection,
  values: Row,
  presets: WritePolicy["presets"] = {},
): Mutation & { kind: "insert" } {
  const uuid = (): string => uuidv7(ctx.now);
  const at = ctx.variables.now;
  const owner_id = ctx.principal.kind === "user" ? (ctx.principal.id ?? null) : null;
  const made = { id: uuid(), created_at: at, updated_at: at, owner_id, version: 1, ...values };
  const row = inOrder(collection, fill(collection, made, presets, { variables: ctx.variables, uuid }));
  return { kind: "insert", collection, rows: [row] };
}

export function changeBuiltIn(
  { variables }: Pick<RequestContext, "variables">,
  collection: Collection,
  id: string,
  set: Row,
): Mutation & { kind: "update" } {
  return { kind: "update", collection, where: hasId(collection, id), set: { ...set, updated_at: variables.now } };
}

export interface BuiltInWrite<T> {
  readonly items: readonly Mutation[];
  /** Such as an entry of the security log. */
  readonly beside?: readonly SqlQuery[];
  readonly data: T;
  /** The data hold a secret. */
  readonly secret?: boolean;
  readonly requires?: readonly Requirement[];
  /** Removes what the write makes invalid from this process's caches. */
  readonly forget?: (engine: Engine) => void;
}

/** One batch. */
export async function writeBuiltIn<T>(
  ctx: RequestContext,
  { items, beside = [], data, secret = false, requires = [], forget }: BuiltInWrite<T>,
): Promise<T> {
  const { driver, engine } = ctx;
  const queries = [...(items.length > 0 ? itemQueries(driver, items, bind(ctx, []), originOf(ctx)) : []), ...beside];
  try {
    return await commit(ctx, { queries, requires, data, secret });
  } finally {
    forget?.(engine);
    await announceWrite(ctx);
  }
}
