import { describe, expect, test } from "bun:test";
import {
  type Collection,
  DOCUMENT_FIELD,
  type FieldRef,
  type FieldValue,
  type Find,
  FULL_ACCESS,
  type Json,
  type RelationRef,
  type Row,
  type SortTerm,
} from "@plinth/core";
import {
  anyData,
  anyFilter,
  collectionBySlug,
  type Data,
  JSON_KEYS,
  notes,
  people,
  things,
} from "@plinth/core/testing";
import fc from "fast-check";
import { compareKeys, holds, NO_BINDINGS, parseRule, rowsOf, type World } from "./world.ts";

const cases = [things, people, notes].map((collection) => [collection.slug, collection] as const);

/** Order and keyset paging are the same on every engine, with nulls, ties and mixed types. */
export function sortSuite(name: string, world: () => World, runs: number): void {
  describe(`sorting on ${name}`, () => {
    test.each(cases)("%s in the order of the comparator, and page by page each row once", async (_slug, collection) => {
      await fc.assert(
        fc.asyncProperty(anyData, anySort(collection), fc.integer({ min: 1, max: 3 }), async (data, sort, size) => {
          await world().load(data);
          const rows = [...rowsOf(data, collection)].sort((a, b) => compareRows(data, sort, a, b));
          const ids = rows.map(idOf);
          expect((await world().store.find(findTree(collection, sort, 100), NO_BINDINGS)).rows.map(idOf)).toEqual(ids);
          expect(await pages(world(), collection, sort, size)).toEqual(ids);
        }),
        { numRuns: runs },
      );
    });
  });
}

const idOf = (row: Row): Json => row.id!;

function findTree(collection: Collection, sort: readonly SortTerm[], limit: number): Find {
  const { where } = FULL_ACCESS;
  return { collection, policy: FULL_ACCESS, where, select: ["id"], sort, limit: { value: limit } };
}

/** Pages by cursors; each goes through JSON, as it does on the wire. */
async function pages(world: World, collection: Collection, sort: readonly SortTerm[], size: number): Promise<Json[]> {
  const ids: Json[] = [];
  let cursor: FieldValue[] | undefined;
  for (let page = 0; page < 100; page++) {
    const values: FieldValue[] = [];
    const after = cursor?.map((value) => (value === null ? null : { slot: values.push(value) - 1 }));
    const tree = { ...findTree(collection, sort, size), withSortValues: true, ...(after && { after }) };
    const { rows, sortValues } = await world.store.find(tree, { ...NO_BINDINGS, values });
    ids.push(...rows.map(idOf));
    if (rows.length < size) return ids;
    cursor = JSON.parse(JSON.stringify(sortValues!.at(-1))) as FieldValue[];
  }
  throw new Error("the pages do not end");
}

function anySort(collection: Collection): fc.Arbitrary<SortTerm[]> {
  const direction = fc.constantFrom<"asc" | "desc">("asc", "desc");
  const term = fc
    .tuple(anyFieldPath(collection), direction)
    .map(([path, dir]): SortTerm => ({ ...path, direction: dir }));
  return fc.tuple(fc.array(term, { minLength: 1, maxLength: 3 }), direction).map(([terms, last]) => {
    const id: SortTerm = { ref: { field: collection.byName.get("id")! }, direction: last };
    return [...terms, id];
  });
}

type FieldPath = Pick<SortTerm, "ref">;

function anyFieldPath(collection: Collection, hops = 2): fc.Arbitrary<FieldPath> {
  const path = fc.array(fc.constantFrom(...JSON_KEYS.slice(0, 3)), { minLength: 1, maxLength: 2 });
  const inside = (field: FieldRef["field"]) => path.map((p): FieldPath => ({ ref: { field, path: p } }));
  const paths = [...collection.byName.values()].flatMap((field): fc.Arbitrary<FieldPath>[] => {
    if (field.type === "relation_many") return [];
    if (field.type === "json") return [inside(field), inside(field)];
    const plain = fc.constant<FieldPath>({ ref: { field } });
    return field.type === "relation" && hops > 0 ? [plain, anyReach(field, hops), anyReach(field, hops)] : [plain];
  });
  if (collection.kind === "document") for (let i = 0; i < 5; i++) paths.push(inside(DOCUMENT_FIELD));
  return fc.oneof(...paths);
}

/** Through a relation; a rule may hide some of its items. */
function anyReach(field: FieldRef["field"], hops: number): fc.Arbitrary<FieldPath> {
  const target = collectionBySlug(field.to!);
  const where = anyFilter(target, 0, 0).map((filter) => parseRule(target, filter));
  const access = fc.oneof(fc.constant(FULL_ACCESS.where), where).map((w) => ({ where: w, fields: null }));
  return fc.tuple(anyFieldPath(target, hops - 1), access).map(([path, a]): FieldPath => {
    const relation: RelationRef = { field, target, policy: a };
    return { ref: { ...path.ref, through: [relation, ...(path.ref.through ?? [])] } };
  });
}

function compareRows(data: Data, sort: readonly SortTerm[], a: Row, b: Row): number {
  for (const term of sort) {
    const order = compareKeys(term.ref, keyOf(data, term, a), keyOf(data, term, b));
    if (order !== 0) return term.direction === "asc" ? order : -order;
  }
  return 0;
}

function keyOf(data: Data, { ref }: SortTerm, row: Row): Json {
  let at: Row | undefined = row;
  for (const { field, target, policy } of ref.through ?? []) {
    const id: Json = at[field.name]!;
    at = rowsOf(data, target).find((other) => other.id === id);
    if (!at || !holds(data, policy.where, at)) return null;
  }
  let value: Json = ref.field === DOCUMENT_FIELD ? at : at[ref.field.name]!;
  for (const key of ref.path ?? []) {
    const inside: boolean = typeof value === "object" && value !== null && !Array.isArray(value);
    value = inside && Object.hasOwn(value as Row, key) ? (value as Row)[key]! : null;
  }
  return value;
}
