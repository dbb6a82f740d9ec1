import { afterAll, beforeAll } from "bun:test";
import {
  type Access,
  type Bindings,
  type Collection,
  type Condition,
  evaluate,
  FilterParser,
  FULL_ACCESS,
  type JsonObject,
  maskOf,
  type RelationRef,
  type Row,
  requireVisible,
  type SqlDriver,
  type Store,
} from "@plinth/core";
import { collectionBySlug, collections, type Data, notes, people, things, variables } from "@plinth/core/testing";
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
  const tableOf = (slug: string): string => collectionBySlug(slug).table;
  await driver.batch(collections.flatMap((collection) => createTable(dialectOf(driver), collection, tableOf)));
  const store = sqlStore(driver);
  const world: World = {
    store,
    data: { people: [], things: [], notes: [] },
    async load(data) {
      const clear = [things, people, notes].map((collection) => ({ kind: "delete", collection, where: ALL }) as const);
      const fill = [people, things, notes].flatMap((collection) => {
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

/** A filter as requests have it: literals in slots, own and related rows under the given access. */
export function parse(
  collection: Collection,
  filter: JsonObject,
  { own = FULL_ACCESS, related = FULL_ACCESS }: { own?: Access; related?: Access } = {},
) {
  const relation = (_from: Collection, field: RelationRef["field"]): RelationRef => ({
    field,
    target: collectionBySlug(field.to!),
    access: related,
  });
  const visible = (of: Collection, field: string, path: string): void =>
    requireVisible(of === collection ? own : related, field, path);
  const parser = new FilterParser({ mode: "slots", relation, visible });
  const { condition } = parser.parse(collection, filter);
  return { where: condition, bindings: { values: parser.values, variables } satisfies Bindings };
}

/** A condition of a rule: literals in the tree, nothing hidden. */
export function parseRule(collection: Collection, filter: JsonObject): Condition {
  const relation = (_from: Collection, field: RelationRef["field"]): RelationRef => ({
    field,
    target: collectionBySlug(field.to!),
    access: FULL_ACCESS,
  });
  return new FilterParser({ mode: "inline", relation }).parse(collection, filter).condition;
}

/** What the evaluator says of one row, with related rows from memory. */
export function holds(data: Data, condition: Condition, row: JsonObject, bindings: Bindings = NO_BINDINGS): boolean {
  return evaluate(condition, row, bindings, ({ field, target }, from) =>
    rowsOf(data, target).filter((other) => other.id === from[field.name]),
  );
}

/** The row as the access shows it, or undefined where it does not. */
export function seen(data: Data, access: Access, collection: Collection, row: Row): Row | undefined {
  if (!holds(data, access.where, row)) return undefined;
  const shown: Row = {};
  for (const name of Object.keys(row)) {
    const mask = maskOf(access, name);
    if (mask === undefined) continue;
    if (mask === null || holds(data, mask, row)) shown[name] = row[name]!;
    else if (collection.byName.has(name)) shown[name] = null;
  }
  return shown;
}

/** Every row under `where`, by id, for sorts and pages that are not at issue. */
export function listAll(world: World, collection: Collection, access: Access, where: Condition, bindings: Bindings) {
  const id = { field: collection.byName.get("id")! };
  return world.store.find(
    {
      collection,
      access,
      where,
      select: null,
      sort: [{ ref: id, direction: "asc" }],
      limit: { value: 1000 },
    },
    bindings,
  );
}
