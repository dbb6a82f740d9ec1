import { describe, expect, test } from "bun:test";
import {
  type Collection,
  type Condition,
  FULL_ACCESS,
  type JsonObject,
  PlinthError,
  type ReadPolicy,
} from "@plinth/core";
import { anyData, anyFilter, anyRelatedAggregate, JSON_KEYS, notes, people, things } from "@plinth/core/testing";
import fc from "fast-check";
import { holds, listAll, NO_BINDINGS, parse, parseRule, rowsOf, seen, type World } from "./world.ts";

const cases = [things, people, notes].map((collection) => [collection.slug, collection] as const);

/** Compiled conditions and the in-memory evaluator must give the same answers on every engine. */
export function conditionSuite(name: string, world: () => World, runs: number): void {
  describe(`conditions on ${name}`, () => {
    test.each(cases)("rows of %s come back as they went in", async (_slug, collection) => {
      await fc.assert(
        fc.asyncProperty(anyData, async (data) => {
          await world().load(data);
          const { rows } = await listAll(world(), collection, FULL_ACCESS, FULL_ACCESS.where, NO_BINDINGS);
          expect(rows).toEqual(rowsOf(data, collection));
        }),
        { numRuns: runs },
      );
    });

    test.each(cases)("filters of %s match what the evaluator matches", async (_slug, collection) => {
      const one =
        collection === notes
          ? anyFilter(notes)
          : fc.oneof({ weight: 4, arbitrary: anyFilter(collection) }, anyRelatedAggregate(collection));
      const filters = fc.array(one, { minLength: 1, maxLength: 8 });
      await fc.assert(
        fc.asyncProperty(anyData, filters, anyFilter(people, 0, 1), async (data, list, visible) => {
          await world().load(data);
          const related: ReadPolicy = { where: parseRule(people, visible), fields: null };
          for (const filter of list) {
            const { where, bindings } = parse(collection, filter, { related });
            const { rows } = await listAll(world(), collection, FULL_ACCESS, where, bindings);
            const expected = rowsOf(data, collection).filter((row) => holds(data, where, row, bindings));
            expect(rows.map((row) => row.id)).toEqual(expected.map((row) => row.id));
            const count = await world().store.count({ collection, policy: FULL_ACCESS, where }, bindings);
            expect(count).toBe(expected.length);
          }
        }),
        { numRuns: runs },
      );
    });

    test.each(cases)("what a rule hides of %s is neither shown nor found", async (_slug, collection) => {
      await fc.assert(
        fc.asyncProperty(anyData, anyPolicy(collection), anyFilter(collection), async (data, policy, filter) => {
          const { where, bindings } = parseVisible(collection, filter, policy);
          await world().load(data);
          const { rows } = await listAll(world(), collection, policy, where, bindings);
          const expected = rowsOf(data, collection).flatMap((row) => {
            const shown = seen(data, policy, collection, row);
            return shown && holds(data, where, shown, bindings) ? [shown] : [];
          });
          expect(rows).toEqual(expected);
        }),
        { numRuns: runs },
      );
    });
  });
}

/** The engine refuses filters on fields that are hidden in every row, so such a filter is not a case. */
function parseVisible(collection: Collection, filter: JsonObject, own: ReadPolicy) {
  try {
    return parse(collection, filter, { own });
  } catch (error) {
    fc.pre(!(error instanceof PlinthError && error.code === "FIELD_FORBIDDEN"));
    throw error;
  }
}

/** A rule with a condition, and policies of some fields. Fields without a policy are hidden, as in the engine. */
function anyPolicy(collection: Collection): fc.Arbitrary<ReadPolicy> {
  const rule = anyFilter(collection, 1, 1).map((filter) => parseRule(collection, filter));
  const fieldPolicy: fc.Arbitrary<Condition | null | undefined> = fc.oneof(
    { weight: 2, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: rule },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
  const names = [...collection.stored.keys()].filter((name) => name !== "id");
  if (collection.kind === "document") names.push("*", ...JSON_KEYS.slice(0, 3));
  const lists = [...collection.byName.keys()]
    .filter((name) => !collection.stored.has(name))
    .map((name) => [name, null] as const);
  const fieldPolicies = fc.tuple(...names.map((name) => fc.tuple(fc.constant(name), fieldPolicy)));
  return fc.tuple(rule, fieldPolicies).map(([where, list]) => {
    const shown = list.flatMap(([name, m]) => (m === undefined ? [] : [[name, m] as const]));
    return { where, fields: new Map<string, Condition | null>([["id", null], ...lists, ...shown]) };
  });
}
