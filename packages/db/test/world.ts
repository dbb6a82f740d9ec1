import { afterAll, beforeAll } from "bun:test";
import {
  type Bindings,
  type Collection,
  type Condition,
  compareText,
  decimalUnits,
  evaluate,
  type Field,
  type FieldRef,
  FilterParser,
  FULL_ACCESS,
  fieldPolicyOf,
  type Json,
  type JsonObject,
  type ReadPolicy,
  type RelationRef,
  type Row,
  requireVisible,
  resultField,
  type SqlDriver,
  type Store,
} from "@plinth/core";
import {
  collectionBySlug,
  collections,
  type Data,
  links,
  NO_DATA,
  notes,
  openRelation,
  people,
  relatedRows,
  relationTo,
  things,
  variables,
} from "@plinth/core/testing";
import { createTable, dialectOf, migrate, sqlStore } from "@plinth/db";

/** A database with the test collections, and the same rows in memory to compare with. */
export interface World {
  readonly store: Store;
  data: Data;
  load(data: Data): Promise<void>;
  close(): Promise<void>;
}

export const NO_BINDINGS: Bindings = { values: [], variables };

/** One database for all suites of a test file. */
export function useWorld(open: () => SqlDriver): () => World {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(open());
  });
  afterAll(() => world.close());
  return () => world;
}

async function openWorld(driver: SqlDriver): Promise<World> {
  await migrate(driver, Date.now);
  await driver.batch(collections.flatMap((collection) => createTable(dialectOf(driver), collection, collectionBySlug)));
  const store = sqlStore(driver);
  const world: World = {
    store,
    data: NO_DATA,
    async load(data) {
      const clear = [links, things, people, notes].map(
        (collection) => ({ kind: "delete", collection, where: ALL }) as const,
      );
      const fill = [people, things, links, notes].flatMap((collection) => {
        const rows = rowsOf(data, collection);
        return rows.length > 0 ? [{ kind: "insert", collection, rows } as const] : [];
      });
      await store.mutate([...clear, ...fill], NO_BINDINGS);
      world.data = data;
    },
    close: async () => driver.close?.(),
  };
  return world;
}

const ALL = FULL_ACCESS.where;

export function rowsOf(data: Data, collection: Collection): Row[] {
  return data[collection.slug as keyof Data];
}

/** A filter as in a request: literals in slots, rows and related rows under the given access. */
export function parse(
  collection: Collection,
  filter: JsonObject,
  { own = FULL_ACCESS, related = FULL_ACCESS }: { own?: ReadPolicy; related?: ReadPolicy } = {},
) {
  const relation = (_from: Collection, field: Field): RelationRef =>
    relationTo(field, field.to === "people" ? related : FULL_ACCESS);
  const visible = (of: Collection, field: string, path: string): void =>
    requireVisible(of === collection ? own : related, field, path);
  const parser = new FilterParser({ mode: "slots", relation, visible, stored: true });
  const { condition } = parser.parse(collection, filter);
  return { where: condition, bindings: { values: parser.values, variables } satisfies Bindings };
}

/** A rule's condition: literals in the tree, with full access. */
export function parseRule(collection: Collection, filter: JsonObject): Condition {
  return new FilterParser({ mode: "inline", relation: openRelation, stored: true }).parse(collection, filter).condition;
}

/**
 * The evaluator's result for one row, with related rows from memory. Aggregates of related items are computed here, as
 * the evaluator has none.
 */
export function holds(data: Data, condition: Condition, row: JsonObject, bindings: Bindings = NO_BINDINGS): boolean {
  const related = (relation: RelationRef, from: JsonObject) => relatedRows({ ...data }, relation, from);
  const decide = (c: Condition): boolean => {
    if (c.kind === "and") return c.of.every(decide);
    if (c.kind === "or") return c.of.some(decide);
    if (c.kind === "not") return !decide(c.of);
    if (!("ref" in c) || !c.ref.aggregate) return evaluate(c, row, bindings, related);
    const field = resultField(c.ref);
    return evaluate({ ...c, ref: { field } }, { [field.name]: aggregated(data, c.ref, row) }, bindings);
  };
  return decide(condition);
}

function aggregated(data: Data, { through, aggregate, field }: FieldRef, row: JsonObject): Json {
  const step = (rows: readonly JsonObject[], relation: RelationRef): JsonObject[] =>
    rows
      .flatMap((from) => relatedRows({ ...data }, relation, from))
      .filter((other) => holds(data, relation.policy.where, other));
  const last = through!.slice(0, -1).reduce(step, [row]);
  // Without an item on the path there is nothing to aggregate, not even a count.
  if (last.length === 0) return null;
  const values = step(last, through!.at(-1)!)
    .map((other) => other[field.name]!)
    .filter((value) => value !== null);
  if (aggregate === "count") return values.length;
  if (values.length === 0) return null;
  if (aggregate === "sum") return values.reduce<number>((sum, value) => sum + (value as number), 0);
  const order = values.toSorted((a, b) => compareKeys({ field }, a, b));
  return aggregate === "min" ? order[0]! : order.at(-1)!;
}

/** Null, then numbers with false as 0 and true as 1, then texts by code point. Lists and objects count as null. */
export function compareKeys({ field, path }: FieldRef, a: Json, b: Json): number {
  if (!path && field.type === "decimal" && a !== null && b !== null) {
    return Number(decimalUnits(a as string) - decimalUnits(b as string));
  }
  const rank = (value: Json): number => (typeof value === "string" ? 2 : typeof value === "object" ? 0 : 1);
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  if (rank(a) === 0) return 0;
  if (rank(a) === 2) return compareText(a as string, b as string);
  return Number(a) < Number(b) ? -1 : Number(a) > Number(b) ? 1 : 0;
}

/** The row as the access shows it, or undefined where it does not. */
export function seen(data: Data, policy: ReadPolicy, collection: Collection, row: Row): Row | undefined {
  if (!holds(data, policy.where, row)) return undefined;
  const shown: Row = {};
  for (const name of Object.keys(row)) {
    const fieldPolicy = fieldPolicyOf(policy, name);
    if (fieldPolicy === undefined) continue;
    if (fieldPolicy === null || holds(data, fieldPolicy, row)) shown[name] = row[name]!;
    else if (collection.byName.has(name)) shown[name] = null;
  }
  return shown;
}

/** Every row that satisfies `where`, by id, where sorts and pages do not matter. */
export function listAll(
  world: World,
  collection: Collection,
  policy: ReadPolicy,
  where: Condition,
  bindings: Bindings,
) {
  const id = { field: collection.byName.get("id")! };
  return world.store.find(
    {
      collection,
      policy,
      where,
      select: null,
      sort: [{ ref: id, direction: "asc" }],
      limit: { value: 1000 },
    },
    bindings,
  );
}
