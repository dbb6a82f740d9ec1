import {
  type Bindings,
  type Change,
  type Condition,
  evaluate,
  FULL_ACCESS,
  type JsonObject,
  type RelationRef,
  type Row,
  reachesOut,
} from "@plinth/core";
import type { Scope } from "../engine.ts";

/** Related items of one row that a condition may look at. */
const MAX_RELATED = 1000;

/** Rows as they were: collection id → item id → what it may have been; empty where there was none. */
export type Past = ReadonlyMap<string, ReadonlyMap<string, readonly JsonObject[]>>;

/** The state before the first of these changes; `loose`: any state that they left behind, first to last. */
export function pastOf(changes: Iterable<Change>, loose = false): Past {
  const past = new Map<string, Map<string, JsonObject[]>>();
  for (const { collectionId, item, before } of changes) {
    const rows = past.get(collectionId) ?? new Map<string, JsonObject[]>();
    past.set(collectionId, rows);
    const known = rows.get(item);
    if (!known) rows.set(item, before ? [before] : []);
    else if (loose && before) known.push(before);
  }
  return past;
}

/**
 * What conditions that reach out can see, read ahead in one statement a step for many rows, so that the in-memory
 * evaluator can decide each of them. `past` puts rows back to what they were.
 */
export class World {
  readonly #one = new Map<RelationRef, Map<string, Row>>();
  readonly #many = new Map<RelationRef, Map<string, Row[]>>();
  /** Folds are decided by the database: condition → ids of the rows for which it holds. */
  readonly #decided = new Map<Condition, Set<string>>();

  constructor(
    private readonly scope: Scope,
    private readonly past: Past = new Map(),
  ) {}

  evaluate(condition: Condition, row: JsonObject, bindings: Bindings): boolean {
    if (!reachesOut(condition)) return evaluate(condition, row, bindings);
    switch (condition.kind) {
      case "and":
        return condition.of.every((part) => this.evaluate(part, row, bindings));
      case "or":
        return condition.of.some((part) => this.evaluate(part, row, bindings));
      case "not":
        return !this.evaluate(condition.of, row, bindings);
      case "some": {
        const { relation, where } = condition;
        return this.#related(relation, row).some(
          (other) => this.evaluate(relation.access.where, other, bindings) && this.evaluate(where, other, bindings),
        );
      }
      default:
        return this.#decided.get(condition)?.has(String(row.id)) ?? false;
    }
  }

  /** Reads what `condition` needs to decide these rows of `collection`. */
  async load(condition: Condition, rows: readonly JsonObject[], bindings: Bindings, of: Lens): Promise<void> {
    if (rows.length === 0 || !reachesOut(condition)) return;
    switch (condition.kind) {
      case "and":
      case "or":
        for (const part of condition.of) await this.load(part, rows, bindings, of);
        return;
      case "not":
        return this.load(condition.of, rows, bindings, of);
      case "some": {
        const { relation, where } = condition;
        const others = await this.#read(relation, rows);
        await this.load(relation.access.where, others, bindings, { collection: relation.target });
        return this.load(where, others, bindings, { collection: relation.target });
      }
      default:
        this.#decided.set(
          condition,
          new Set([...(this.#decided.get(condition) ?? []), ...(await this.#holding(condition, rows, bindings, of))]),
        );
    }
  }

  #related(relation: RelationRef, row: JsonObject): readonly JsonObject[] {
    if (relation.via) return this.#many.get(relation)?.get(String(row.id)) ?? [];
    const id = row[relation.field.name];
    if (typeof id !== "string") return [];
    const was = this.past.get(relation.target.id)?.get(id);
    if (was) return was;
    const is = this.#one.get(relation)?.get(id);
    return is ? [is] : [];
  }

  async #read(relation: RelationRef, rows: readonly JsonObject[]): Promise<JsonObject[]> {
    if (relation.via) return this.#readMany(relation, rows);
    const known = this.#one.get(relation) ?? new Map<string, Row>();
    this.#one.set(relation, known);
    const ids = [...new Set(rows.map((row) => row[relation.field.name]))].filter((id) => typeof id === "string");
    const missing = ids.filter((id) => !known.has(id));
    for (const row of await this.#byId(relation.target, missing)) known.set(row.id as string, row);
    return ids.flatMap((id) => {
      const is = known.get(id);
      return [...(this.past.get(relation.target.id)?.get(id) ?? []), ...(is ? [is] : [])];
    });
  }

  async #readMany(relation: RelationRef, rows: readonly JsonObject[]): Promise<JsonObject[]> {
    const known = this.#many.get(relation) ?? new Map<string, Row[]>();
    this.#many.set(relation, known);
    const parents = [...new Set(rows.map((row) => String(row.id)))].filter((id) => !known.has(id));
    for (const id of parents) known.set(id, []);
    if (parents.length > 0) {
      const id = { ref: { field: relation.target.byName.get("id")! }, direction: "asc" as const };
      const found = await this.scope.store.find(
        {
          collection: relation.target,
          access: FULL_ACCESS,
          where: { kind: "and", of: [] },
          select: null,
          sort: [id],
          limit: { value: MAX_RELATED },
          under: { relation, parents: { value: parents } },
        },
        { values: [], variables: this.scope.variables },
      );
      found.rows.forEach((row, i) => {
        known.get(found.parents![i]!)?.push(row);
      });
    }
    return rows.flatMap((row) => known.get(String(row.id)) ?? []);
  }

  async #byId(collection: Lens["collection"], ids: readonly string[]): Promise<Row[]> {
    if (ids.length === 0) return [];
    const where = inIds(collection, ids);
    const tree = { collection, access: FULL_ACCESS, where, select: null, sort: [], limit: { value: ids.length } };
    return (await this.scope.store.find(tree, { values: [], variables: this.scope.variables })).rows;
  }

  async #holding(condition: Condition, rows: readonly JsonObject[], bindings: Bindings, of: Lens) {
    const { collection } = of;
    const ids = [...new Set(rows.map((row) => String(row.id)))];
    const where: Condition = { kind: "and", of: [inIds(collection, ids), condition] };
    const tree = { collection, access: FULL_ACCESS, where, select: ["id"], sort: [], limit: { value: ids.length } };
    const found = await this.scope.store.find(tree, bindings);
    return new Set(found.rows.map((row) => row.id as string));
  }
}

/** Only whose rows are asked about matters here. */
type Lens = { readonly collection: RelationRef["target"] };

export function inIds(collection: Lens["collection"], ids: readonly string[]): Condition {
  const ref = { field: collection.byName.get("id")! };
  return { kind: "in", ref, negated: false, operand: { value: [...ids] } };
}
