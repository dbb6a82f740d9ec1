import { describe, expect, test } from "bun:test";
import {
  type Bindings,
  type Collection,
  evaluate,
  type FilterContext,
  FilterParser,
  type Json,
  type JsonObject,
  OPERATORS,
  PlinthError,
} from "@plinth/core";
import fc from "fast-check";
import { anyData, anyValue, type Data, NO_DATA } from "./arbitraries.ts";
import { notes, openRelation, people, relatedRows, storedFields, things } from "./collections.ts";
import { anyFilter, variables } from "./filters.ts";

// Any path is allowed here; the limits of paths are tested in `path-budget.test.ts`.
const SLOTS: FilterContext = { mode: "slots", relation: openRelation, stored: true };
const INLINE: FilterContext = { mode: "inline", relation: openRelation, stored: true };

function parse(collection: Collection, filter: Json, context = SLOTS) {
  const parser = new FilterParser(context);
  const parsed = parser.parse(collection, filter);
  return { ...parsed, bindings: { values: parser.values, variables } satisfies Bindings };
}

function decide(collection: Collection, filter: Json, row: JsonObject, data: Data, context = SLOTS): boolean {
  const { condition, bindings } = parse(collection, filter, context);
  return evaluate(condition, row, bindings, (step, from) => relatedRows({ ...data }, step, from));
}

function refusal(collection: Collection, filter: Json): PlinthError | undefined {
  try {
    parse(collection, filter);
    return undefined;
  } catch (error) {
    if (error instanceof PlinthError) return error;
    throw error;
  }
}

const INHERITED = ["constructor", "toString", "__proto__", "hasOwnProperty", "valueOf"];
const anyName = fc.oneof(fc.constantFrom(...INHERITED), fc.string({ minLength: 1, maxLength: 12 }));
const cases = [things, people, notes].map((collection) => [collection.slug, collection] as const);

/** As a client sends it: `__proto__` becomes an ordinary key. */
function fromText(key: string, value: Json): JsonObject {
  return JSON.parse(`{${JSON.stringify(key)}: ${JSON.stringify(value)}}`) as JsonObject;
}

describe("what the language does not know is refused by name", () => {
  test("operators", () => {
    const unknown = anyName.filter((name) => !OPERATORS.includes(name) && !name.startsWith("$"));
    const field = fc.constantFrom(...storedFields(things).filter((f) => f.type !== "json" && f.type !== "relation"));
    fc.assert(
      fc.property(field, unknown, fc.constantFrom<Json>(1, "a", true, [1], null), ({ name }, op, value) => {
        expect(refusal(things, { [name]: fromText(op, value) })?.code).toBe("UNKNOWN_OPERATOR");
      }),
    );
  });

  test("fields", () => {
    const combinators = ["$and", "$or", "$not", "_and", "_or", "_not"];
    const unknown = anyName.filter((name) => !things.byName.has(name.split(".")[0]!) && !combinators.includes(name));
    fc.assert(
      fc.property(unknown, fc.constantFrom<Json>("a", { _eq: 1 }, [{}], null), (name, value) => {
        expect(refusal(things, fromText(name, value))?.code).toBe("UNKNOWN_FIELD");
      }),
    );
  });

  test("units of time", () => {
    fc.assert(
      fc.property(anyName, (unit) => {
        fc.pre(!["years", "months", "weeks", "days", "hours", "minutes", "seconds"].includes(unit));
        expect(refusal(things, { at: { _gt: { $now: { sub: fromText(unit, 1) } } } })?.code).toBe("VALIDATION");
      }),
    );
  });

  test("variables where their type does not fit", () => {
    const field = fc.constantFrom(...storedFields(things).filter((f) => f.type !== "json"));
    const variable = fc.constantFrom("$user.id", "$user.email", "$workspace.id", "$now");
    fc.assert(
      fc.property(field, variable, (f, name) => {
        const texts = ["text", "longtext", "enum"].includes(f.type) && name !== "$now";
        const ids = ["uuid", "relation"].includes(f.type) && (name === "$user.id" || name === "$workspace.id");
        const times = ["timestamp", "date"].includes(f.type) && name === "$now";
        expect(refusal(things, { [f.name]: name })?.code).toBe(texts || ids || times ? undefined : "VALIDATION");
      }),
    );
  });

  test("any JSON is understood or refused, never an accident", () => {
    const key = fc.oneof(
      fc.constantFrom(...things.byName.keys(), ...OPERATORS, "$and", "$or", "$not", "$now", "sub", "days", "a", ""),
      anyName,
    );
    const { value } = fc.letrec<{ value: Json }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom<Json>(null, true, 0, 1.5, "", "$now", "$user.id", "$user.roles", "2024-01-01"),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.array(fc.tuple(key, tie("value")), { maxLength: 3 }).map((entries) => Object.fromEntries(entries)),
      ),
    }));
    const data = NO_DATA;
    fc.assert(
      fc.property(value, fc.constantFrom(things, people, notes), (filter, collection) => {
        if (!refusal(collection, filter)) {
          expect(typeof decide(collection, filter, { id: "x" }, data)).toBe("boolean");
        }
      }),
      { numRuns: 2000 },
    );
  });
});

test("no two members side by side have the shape of other members with another tree", () => {
  const id = "018f4e9a-5c1e-7b3a-9c2d-0123456789ab";
  const conditions: Json[] = [null, {}, id, { _null: true }, { _null: false }, { _eq: id }, { _in: [id] }, { _in: [] }];
  const related = [
    ...conditions,
    ...([{}, { id }] as JsonObject[]).flatMap((of): Json[] => [{ _some: of }, { _none: of }, of]),
  ];
  const operators = conditions.filter((one) => JSON.stringify(one) !== "{}");
  const members: [string, Json][] = [
    ...["things", "reports", "links"].flatMap((name) => related.map((one): [string, Json] => [name, one])),
    ...["id", "boss", "things.id", "boss.id"].flatMap((name) => operators.map((one): [string, Json] => [name, one])),
    ...[[], [{}], [{ id }]].flatMap((list): [string, Json][] => [
      ["$and", list],
      ["$or", list],
      ["$not", list],
    ]),
  ];
  const trees = new Map<string, string>();
  const textOf = (condition: unknown) =>
    JSON.stringify(condition, (key, value) => (key === "target" ? (value as Collection).slug : value));
  const compared = { equal: 0, filters: 0 };
  const compare = (filter: JsonObject): void => {
    const { shape, condition } = parse(people, filter);
    const tree = textOf(condition);
    compared.filters++;
    if (trees.has(shape)) compared.equal++;
    expect([JSON.stringify(filter), trees.get(shape) ?? tree]).toEqual([JSON.stringify(filter), tree]);
    trees.set(shape, tree);
  };
  for (const [name, value] of members) {
    compare({ [name]: value });
    for (const [other, second] of members) if (other !== name) compare({ [name]: value, [other]: second });
  }
  expect(compared.filters).toBeGreaterThan(3000);
  expect(compared.equal).toBeGreaterThan(0);
});

describe.each(cases)("filters of %s", (slug, collection) => {
  const rowsOf = (data: Data): JsonObject[] => data[slug as keyof Data];

  test("$not is the exact complement, and literals in the tree decide like bound ones", () => {
    fc.assert(
      fc.property(anyData, anyFilter(collection), (data, filter) => {
        for (const row of rowsOf(data)) {
          const holds = decide(collection, filter, row, data);
          expect(decide(collection, { $not: filter }, row, data)).toBe(!holds);
          expect(decide(collection, filter, row, data, INLINE)).toBe(holds);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("equal shapes mean equal trees", () => {
    fc.assert(
      fc.property(fc.array(anyFilter(collection, 1, 1), { minLength: 30, maxLength: 60 }), (filters) => {
        const trees = new Map<string, unknown>();
        for (const filter of filters) {
          const { shape, condition } = parse(collection, filter);
          if (trees.has(shape)) expect(condition).toEqual(trees.get(shape) as never);
          else trees.set(shape, condition);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("each slot stands for one literal and is used at most once", () => {
    fc.assert(
      fc.property(anyFilter(collection), (filter) => {
        const { condition, bindings } = parse(collection, filter);
        const slots = [...JSON.stringify(condition).matchAll(/\{"slot":(\d+)\}/g)].map((match) => Number(match[1]));
        // A condition that can never be true is omitted from the tree, together with its slots.
        expect(new Set(slots).size).toBe(slots.length);
        for (const slot of slots) expect(slot).toBeLessThan(bindings.values.length);
      }),
    );
  });
});

test("other values of the same types give the same shape", () => {
  for (const field of storedFields(things).filter((f) => f.type !== "json" && f.type !== "boolean")) {
    const value = anyValue(field).filter((v) => v !== null && !(typeof v === "string" && v.startsWith("$")));
    const ops = field.type === "relation" ? ["_eq", "_neq"] : ["_eq", "_neq", "_lt", "_gte"];
    fc.assert(
      fc.property(fc.constantFrom(...ops), value, value, (op, a, b) => {
        const { shape } = parse(things, { [field.name]: { [op]: a } });
        expect(parse(things, { [field.name]: { [op]: b } }).shape).toBe(shape);
        const list = { [field.name]: { _in: [a] } };
        expect(parse(things, { [field.name]: { _in: [a, b] } }).shape).toBe(parse(things, list).shape);
      }),
      { numRuns: 20 },
    );
  }
});
