import {
  and,
  type Collection,
  evaluate,
  type FieldChange,
  FULL_ACCESS,
  isSystemField,
  type JsonObject,
  type Mutation,
  not,
  PlinthError,
  type Row,
  usesRelations,
} from "@plinth/core";
import type { WriteEvent } from "../../kernel/before-write.ts";
import { bind } from "../../kernel/bindings.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import { hasIdAmong } from "../../read/conditions.ts";
import { CHANGED, MAX_ASKED, type PlannedTrees } from "./planned-trees.ts";

/** An item of a batch of which hooks are asked. */
export interface HookedItem {
  readonly event: WriteEvent;
  readonly collection: Collection;
  readonly id: string;
  /** As stored before the batch. */
  readonly old: Row | null;
  /** What is written, as the hooks have left it so far. Null: the item is deleted. */
  data: JsonObject | null;
  /** What hooks have set. */
  readonly set: Row;
  /** Fields by which the item is found, which no hook may set. */
  readonly fixed?: readonly string[];
  /** In the body, for errors. */
  readonly path: string;
  readonly operation: number | undefined;
}

/** Where a tree stands in the caller's request. */
export interface TreePlace {
  readonly operation: number | undefined;
  pathOf(row: Row): string;
}

type Changing = Extract<Mutation, { kind: "update" | "delete" }>;
type Updating = Extract<Mutation, { kind: "update" }>;
type UpdatingEach = Extract<Mutation, { kind: "update_each" }>;

/** An update or a deletion: its items are those that it would find now. */
export async function planHookedChange(
  ctx: RequestContext,
  tree: Changing,
  made: readonly Row[],
  { operation, pathOf }: TreePlace,
): Promise<PlannedTrees> {
  const { collection, kind } = tree;
  const stored = await findOld(ctx, tree);
  const found = [...stored, ...madeFor(ctx, tree, made)];
  const items = found.map((old): HookedItem => {
    const data = kind === "delete" ? null : dataOf(tree.set, tree.changes);
    const event = kind === "delete" ? "delete" : "update";
    return { event, collection, id: old.id as string, old, data, set: {}, path: pathOf(old), operation };
  });
  return {
    items,
    read: [{ collection, rows: stored }],
    absent: [],
    rewrite: () => ({
      guards: [noOthers(tree, items)],
      trees: kind === "update" ? amended(tree, items) : [tree],
    }),
  };
}

/** Items that it finds at the commit, and that were not there when the hooks were asked. */
function noOthers(tree: Changing, items: readonly HookedItem[]): Mutation {
  const { collection, callerFilter } = tree;
  const where = and(tree.where, not(among(collection, items)));
  return { kind: "guard", label: CHANGED, collection, where, expect: "none", ...(callerFilter && { callerFilter }) };
}

const among = (collection: Collection, items: readonly HookedItem[]) =>
  hasIdAmong(
    collection,
    items.map(({ id }) => id),
  );

/** One tree for items that take the same values. */
function amended(tree: Updating, items: readonly HookedItem[]): Updating[] {
  const groups = [...Map.groupBy(items, ({ set }) => JSON.stringify(set)).values()];
  if (groups.length <= 1) return [withSet(tree, groups[0]?.[0]?.set ?? {})];
  return groups.map((group) => {
    const where = and(tree.where, among(tree.collection, group));
    return withSet({ ...tree, where }, group[0]!.set);
  });
}

/** A value that a hook sets takes the place of an operator. */
function withSet(tree: Updating, set: Row): Updating {
  const { changes, ...rest } = tree;
  const left = changes?.filter(({ key, field }) => !Object.hasOwn(set, key ?? field.name)) ?? [];
  return { ...rest, set: { ...tree.set, ...set }, ...(left.length > 0 && { changes: left }) };
}

export async function planEach(
  ctx: RequestContext,
  tree: UpdatingEach,
  { operation, pathOf }: TreePlace,
): Promise<PlannedTrees> {
  const { collection, rows } = tree;
  const ids = rows.map(({ id }) => id);
  const where = and(tree.where, hasIdAmong(collection, ids));
  const stored = await findOld(ctx, { kind: "delete", collection, where });
  const byId = new Map(stored.map((row) => [row.id as string, row]));
  const items = rows.flatMap(({ id, values }): HookedItem[] => {
    const old = byId.get(id);
    if (!old) return [];
    const data = dataOf(values, undefined);
    return [{ event: "update", collection, id, old, data, set: {}, path: pathOf(old), operation }];
  });
  return {
    items,
    read: [{ collection, rows: stored }],
    absent: [],
    rewrite: () => ({
      guards: [noOthers({ kind: "delete", collection, where }, items)],
      trees: amendedEach(tree, items),
    }),
  };
}

/** One tree for items that take values of the same fields. */
function amendedEach(tree: UpdatingEach, items: readonly HookedItem[]): UpdatingEach[] {
  const sets = new Map(items.map(({ id, set }) => [id, set]));
  const rows = tree.rows.map((row) => ({ ...row, values: { ...row.values, ...sets.get(row.id) } }));
  const fieldsOf = (id: string) => [...new Set([...tree.fields, ...Object.keys(sets.get(id) ?? {})])];
  const groups = Map.groupBy(rows, ({ id }) => JSON.stringify(fieldsOf(id)));
  return [...groups].map(([fields, own]) => ({ ...tree, fields: JSON.parse(fields) as string[], rows: own }));
}

/** What a request sets: without the server's own fields, and with operators as the API has them. */
function dataOf(set: Row, changes: readonly FieldChange[] | undefined): JsonObject {
  const values = Object.entries(set).filter(([name]) => !isSystemField(name) || name === "owner_id");
  const operators = (changes ?? []).map(({ key, field, op, value }) => [key ?? field.name, { [`$${op}`]: value }]);
  return Object.fromEntries([...values, ...operators]) as JsonObject;
}

/** The stored items that a tree would find, whole. */
async function findOld(ctx: RequestContext, { collection, where, callerFilter }: Changing): Promise<Row[]> {
  const { store } = ctx.source(collection);
  const limit = { value: MAX_ASKED + 1 };
  const whole = { collection, policy: FULL_ACCESS, select: null, sort: [], limit };
  if (!callerFilter) return (await store.find({ ...whole, where }, bind(ctx, []))).rows;
  // The filter must not see what the caller may not see, and the hooks see everything.
  const { policy } = callerFilter;
  const filtered = { ...whole, policy, where: and(where, callerFilter.where), select: ["id"] };
  const { rows } = await store.find(filtered, bind(ctx, []));
  const ids = rows.map((row) => row.id as string);
  return (await store.find({ ...whole, where: hasIdAmong(collection, ids) }, bind(ctx, []))).rows;
}

/** Items that an earlier write of the batch makes. */
function madeFor(ctx: RequestContext, { collection, where }: Changing, made: readonly Row[]): Row[] {
  if (made.length === 0) return [];
  if (usesRelations(where)) {
    const message = `A rule of ${collection.slug} looks at related items, so an item cannot be made and changed in one request: a function is asked before.`;
    throw new PlinthError("VALIDATION", message);
  }
  return made.filter((row) => evaluate(where, row, bind(ctx, [])));
}
