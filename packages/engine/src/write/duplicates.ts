import {
  arithmeticOf,
  type Collection,
  type Condition,
  evaluate,
  type FieldChange,
  FULL_ACCESS,
  isJson,
  type Mutation,
  type Row,
  usesRelations,
} from "@plinth/core";
import { bind } from "../kernel/bindings.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { hasId, hasValues } from "../read/conditions.ts";

/** Above this, the database's own error is good enough. */
const MAX_ROWS = 20;

type RowMutation = Extract<Mutation, { kind: "insert" | "update" | "delete" }>;
type EachMutation = Extract<Mutation, { kind: "update_each" }>;
type InsertMutation = Extract<Mutation, { kind: "insert" }>;
type UniqueSet = readonly string[];

/**
 * The first unique set that `trees` violate, in the order of the definition. Databases check in different orders, and a
 * violation of two sets must give the same error everywhere. The writes `before` were rolled back with the batch, so
 * they are applied again in memory. Undefined: it can no longer be determined.
 */
export async function violatedSet(
  ctx: RequestContext,
  collection: Collection,
  trees: readonly Mutation[],
  before: readonly Mutation[],
): Promise<UniqueSet | undefined> {
  const writes = [...before, ...trees].filter(
    (tree): tree is RowMutation | EachMutation =>
      tree.kind !== "find" && tree.kind !== "guard" && tree.collection.id === collection.id,
  );
  const rows = writes.reduce((sum, tree) => sum + ("rows" in tree ? tree.rows.length : 1), 0);
  if (rows > MAX_ROWS) return undefined;
  const overlay = new RowOverlay(ctx, collection);
  for (const tree of writes) {
    for (const one of tree.kind === "update_each" ? oneByOne(tree) : [tree]) {
      const violated = await overlay.write(one);
      if (violated && trees.includes(tree)) return violated;
    }
  }
  return undefined;
}

function oneByOne({ collection, rows, set }: EachMutation): RowMutation[] {
  return rows.map(({ id, values }) => {
    return { kind: "update", collection, where: hasId(collection, id), set: { ...set, ...values } };
  });
}

/** One collection's rows before the batch, overlaid with those that the batch wrote. */
class RowOverlay {
  /** By id. Null: deleted. */
  readonly #written = new Map<string, Row | null>();

  constructor(
    private readonly ctx: RequestContext,
    private readonly collection: Collection,
  ) {}

  async write(tree: RowMutation): Promise<UniqueSet | undefined> {
    if (tree.kind === "insert") return this.#insert(tree);
    for (const row of await this.#find(tree.where)) {
      const changes = tree.kind === "update" ? (tree.changes ?? []) : [];
      const next = tree.kind === "update" ? { ...row, ...tree.set, ...changed(row, changes) } : null;
      const violated = next && (await this.#violated(next, (name) => next[name] !== row[name]));
      if (violated) return violated;
      this.#written.set(row.id as string, next);
    }
    return undefined;
  }

  async #insert({ rows, on_conflict }: InsertMutation): Promise<UniqueSet | undefined> {
    for (const row of rows) {
      const [there] = on_conflict ? await this.#withValues(on_conflict.fields, row) : [];
      if (there && !on_conflict!.update) continue;
      const taken = there ? on_conflict!.update!.map((name) => [name, row[name]!] as const) : [];
      const next = there ? { ...there, ...Object.fromEntries(taken) } : row;
      const violated = await this.#violated(next, (name) => !there || next[name] !== there[name]);
      if (violated) return violated;
      this.#written.set(next.id as string, next);
    }
    return undefined;
  }

  async #violated(row: Row, touched: (name: string) => boolean): Promise<UniqueSet | undefined> {
    for (const set of setsOf(this.collection)) {
      if (!set.some(touched)) continue;
      const equal = await this.#withValues(set, row);
      // A new item differs from the item that already has its id.
      if (equal.some((other) => set[0] === "id" || other.id !== row.id)) return set;
    }
    return undefined;
  }

  /** In a unique set, null equals nothing. */
  async #withValues(set: UniqueSet, row: Row): Promise<Row[]> {
    if (set.some((name) => row[name] === undefined || row[name] === null)) return [];
    return this.#find(hasValues(this.collection, set, row));
  }

  async #find(where: Condition): Promise<Row[]> {
    const { ctx, collection } = this;
    const sort = [{ ref: { field: collection.byName.get("id")! }, direction: "asc" }] as const;
    const tree = { collection, policy: FULL_ACCESS, where, select: null, sort, limit: { value: MAX_ROWS } };
    const { rows: stored } = await ctx.source(collection).store.find(tree, bind(ctx, []));
    const rows = stored.filter((row) => !this.#written.has(row.id as string));
    for (const row of this.#written.values()) {
      if (row && !usesRelations(where) && evaluate(where, row, bind(ctx, []))) rows.push(row);
    }
    return rows;
  }
}

function setsOf(collection: Collection): readonly UniqueSet[] {
  const unique = collection.fields.filter((field) => field.unique).map((field) => [field.name]);
  return [["id"], ...unique, ...(collection.unique_together ?? [])];
}

/** Numbers as the database computes them. Lists and JSON are never part of a unique set. */
function changed(row: Row, changes: readonly FieldChange[]): Row {
  const sums = changes.filter(({ op, key, field }) => op === "inc" && key === undefined && !isJson(field));
  return Object.fromEntries(
    sums.map(({ field, value }) => [field.name, arithmeticOf(field).add(field, row[field.name]!, value)]),
  );
}
