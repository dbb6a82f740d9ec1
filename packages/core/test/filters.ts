import type { Collection, Field, Json, JsonObject, Variables } from "@plinth/core";
import fc from "fast-check";
import { anyJson, anyText, anyValue, JSON_KEYS } from "./arbitraries.ts";
import { collectionBySlug } from "./collections.ts";

/** Random valid filters for a collection. */

export const variables: Variables = {
  "user.id": "018f4e9a-5c1e-7b3a-9c2d-0123456789ab",
  "user.email": "ab",
  "user.verified_email": "ab",
  "user.roles": ["a", "ab", "public"],
  "user.claims": { tenant: "ab", level: 3, teams: ["a", "ab", 3] },
  "user.orgs": ["018f4e9a-5c1e-7b3a-9c2d-0123456789ab"],
  "org.id": "018f4e9a-5c1e-7b3a-9c2d-0123456789ab",
  "org.role": "owner",
  "workspace.id": "00000000-0000-7000-8000-000000000001",
  now: "2024-02-29T12:00:00.000Z",
};

const TEXT_OPS = [
  ...["_contains", "_starts_with", "_ends_with"],
  ...["_ieq", "_icontains", "_istarts_with", "_iends_with"],
  ...["_unaccent_eq", "_unaccent_contains", "_unaccent_starts_with", "_unaccent_ends_with"],
];
const EQUALITY = ["_eq", "_neq"];
const ORDER = ["_gt", "_gte", "_lt", "_lte"];

const anyFlag: fc.Arbitrary<JsonObject> = fc.record({ _null: fc.boolean() }).map((o) => ({ ...o }));
const anyEmptiness = fc
  .tuple(fc.constantFrom("_empty", "_nempty"), fc.boolean())
  .map(([op, value]): JsonObject => ({ [op]: value }));

const isText = (field: Field): boolean => ["text", "longtext", "enum"].includes(field.type);

/** A value to compare with, sometimes a variable. Texts that look like a variable are excluded. */
function anyOperand(field: Field): fc.Arbitrary<Json> {
  const literal = anyValue(field).filter((value) => typeof value !== "string" || !value.startsWith("$"));
  if (isText(field)) return fc.oneof({ weight: 5, arbitrary: literal }, fc.constantFrom("$user.email", "$user.id"));
  if (field.type === "uuid") return fc.oneof({ weight: 3, arbitrary: literal }, fc.constant("$user.id"));
  if (field.type !== "timestamp" && field.type !== "date") return literal;
  const shifted: Json = { $now: { sub: { months: 1, days: 3 } } };
  const begun: Json = { $now: { start: "month", zone: "Europe/Berlin", sub: { months: 1 } } };
  return fc.oneof({ weight: 3, arbitrary: literal }, fc.constantFrom<Json>("$now", shifted, begun));
}

function anyOperator(field: Field): fc.Arbitrary<Json> {
  const operand = anyOperand(field);
  const literals = fc.array(anyValue(field).filter(isPlain), { maxLength: 4 });
  const one = (ops: readonly string[]) =>
    fc.tuple(fc.constantFrom(...ops), operand).map(([op, value]): JsonObject => ({ [op]: value }));
  const kinds: fc.Arbitrary<Json>[] = [anyFlag, anyEmptiness];
  if (field.type === "json") return fc.oneof(...kinds, anyListTest);
  kinds.push(one(EQUALITY), operand, fc.constant(null));
  kinds.push(fc.tuple(fc.constantFrom("_in", "_nin"), literals).map(([op, list]): JsonObject => ({ [op]: list })));
  if (field.type === "boolean" || field.type === "relation") return fc.oneof(...kinds);
  kinds.push(
    one(ORDER),
    fc.tuple(operand, operand).map((pair): JsonObject => ({ _between: pair })),
  );
  if (isText(field)) kinds.push(anyTextTest, fc.constant({ _in: "$user.roles" }), fc.constant({ _nin: "$user.roles" }));
  return fc.oneof(...kinds);
}

const anyLikeTest = fc
  .tuple(
    fc.constantFrom("_like", "_ilike"),
    fc.array(fc.constantFrom("%", "_", "\\%", "\\_", "\\\\", "a", "A", "b", "Ä", "é", "[", "*", "?", "]", "ß", "😀"), {
      maxLength: 8,
    }),
  )
  .map(([op, parts]): JsonObject => ({ [op]: parts.join("") }));
const anyTextTest = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom(...TEXT_OPS), anyText.filter(isPlain))
      .map(([op, text]): JsonObject => ({ [op]: text })),
  },
  anyLikeTest,
);

function isPlain(value: Json): boolean {
  return value !== null && (typeof value !== "string" || !value.startsWith("$"));
}

const anyJsonScalar = anyJson.filter((value) => isPlain(value) && typeof value !== "object");
const anyOrdered = anyJsonScalar.filter((value) => typeof value !== "boolean");

const anyListTest = fc.oneof(
  fc
    .tuple(fc.constantFrom("_contains", "_overlaps", "_contained_in"), fc.array(anyJsonScalar, { maxLength: 4 }))
    .map(([op, list]): JsonObject => ({ [op]: list })),
  fc.tuple(fc.constant("_contains"), anyJsonScalar).map(([op, one]): JsonObject => ({ [op]: one })),
  fc.constantFrom<JsonObject>({ _overlaps: "$user.roles" }, { _contains: "$user.email" }, { _contains: "$user.id" }),
);

const anyJsonOperator: fc.Arbitrary<Json> = fc.oneof(
  anyListTest,
  anyFlag,
  anyEmptiness,
  anyTextTest,
  fc.tuple(fc.constantFrom(...EQUALITY), anyJsonScalar).map(([op, value]): JsonObject => ({ [op]: value })),
  fc.tuple(fc.constantFrom(...ORDER), anyOrdered).map(([op, value]): JsonObject => ({ [op]: value })),
  fc
    .tuple(fc.constantFrom("_in", "_nin"), fc.array(anyJsonScalar, { maxLength: 4 }))
    .map(([op, list]): JsonObject => ({ [op]: list })),
  fc.constantFrom<Json>({ _eq: "$user.email" }, { _nin: "$user.roles" }, { _in: "$user.roles" }, null),
);

const anyPath = fc.array(fc.constantFrom(...JSON_KEYS), { minLength: 1, maxLength: 3 });

/** `{"a.b": …}` or `{"a": {"b": …}}`. */
function spell(path: readonly string[], test: Json, dotted: boolean): JsonObject {
  if (dotted) return { [path.join(".")]: test };
  return path.reduceRight<Json>((inner, key) => ({ [key]: inner }), test) as JsonObject;
}

function anyLeaf(collection: Collection, hops: number): fc.Arbitrary<JsonObject> {
  const leaves = [...collection.byName.values()].flatMap((field): fc.Arbitrary<JsonObject>[] => {
    if (field.type === "relation_many") return hops > 0 ? [anyList(field, hops)] : [];
    const plain = anyOperator(field).map((test): JsonObject => ({ [field.name]: test }));
    if (field.type === "relation" && hops > 0) return [plain, anyHop(field, hops)];
    if (field.type !== "json") return [plain];
    return [plain, anyJsonTest([field.name])];
  });
  if (collection.kind === "document") leaves.push(anyJsonTest([]), anyJsonTest([]), anyJsonTest([]));
  return fc.oneof(...leaves);
}

/** Conditions on related items: that there are some, that there are none, or their ids. */
function anyList(field: Field, hops: number): fc.Arbitrary<JsonObject> {
  const target = collectionBySlug(field.to!);
  const inner = anyFilter(target, hops - 1, 1);
  const id = target.byName.get("id")!;
  const tests: fc.Arbitrary<Json>[] = [
    inner,
    fc.tuple(fc.constantFrom("_some", "_none", "_every"), inner).map(([op, where]): JsonObject => ({ [op]: where })),
    anyFlag,
    fc.constant(null),
    anyValue(id).filter((value) => value !== null),
  ];
  return fc.oneof(...tests).map((test): JsonObject => ({ [field.name]: test }));
}

function anyJsonTest(start: readonly string[]): fc.Arbitrary<JsonObject> {
  return fc
    .tuple(anyPath, anyJsonOperator, fc.boolean())
    .map(([path, test, dotted]) => spell([...start, ...path], test, dotted));
}

function anyHop(field: Field, hops: number): fc.Arbitrary<JsonObject> {
  const target = collectionBySlug(field.to!);
  const dotted = anyLeaf(target, hops - 1).map((leaf): JsonObject => {
    const [name] = Object.keys(leaf) as [string];
    return { [`${field.name}.${name}`]: leaf[name]! };
  });
  const nested = anyFilter(target, hops - 1).filter((filter) => Object.keys(filter).length > 0);
  return fc.oneof(
    dotted,
    nested.map((filter): JsonObject => ({ [field.name]: filter })),
  );
}

/** Combinations of up to `depth` levels of conditions that follow at most `hops` relations. */
export function anyFilter(collection: Collection, hops = 2, depth = 2): fc.Arbitrary<JsonObject> {
  const leaf = anyLeaf(collection, hops);
  if (depth === 0) return leaf;
  const inner = anyFilter(collection, Math.min(hops, 1), depth - 1);
  const list = fc.array(inner, { maxLength: 3 });
  return fc.oneof(
    { weight: 4, arbitrary: leaf },
    { weight: 1, arbitrary: fc.tuple(leaf, leaf).map(([a, b]): JsonObject => ({ ...a, ...b })) },
    { weight: 1, arbitrary: list.map((of): JsonObject => ({ $and: of })) },
    { weight: 1, arbitrary: list.map((of): JsonObject => ({ $or: of })) },
    { weight: 2, arbitrary: inner.map((of): JsonObject => ({ $not: of })) },
  );
}

const AGGREGATES: Record<string, readonly string[]> = {
  things: ["count(helpers)", "sum(friend.links.weight)", "count(friend.reports)", "max(helpers.name)"],
  people: ["count(things)", "count(reports)", "sum(links.weight)", "min(links.weight)", "max(things.price)"],
};

/** Conditions on aggregates of related items, plain or negated; none for collections without lists. */
export function anyRelatedAggregate(collection: Collection): fc.Arbitrary<JsonObject> {
  const value: Record<string, fc.Arbitrary<Json>> = { name: anyText, price: fc.constantFrom("0.00", "1.00", "-1.50") };
  const leaves = (AGGREGATES[collection.slug] ?? []).map((aggregate) => {
    const named = /\.(name|price)\)$/.exec(aggregate)?.[1];
    const operand = named ? value[named]!.filter(isPlain) : fc.integer({ min: -4, max: 4 });
    const test = fc.tuple(fc.constantFrom(...EQUALITY, ...ORDER), operand).map(([op, v]): JsonObject => ({ [op]: v }));
    return fc.oneof({ weight: 3, arbitrary: test }, anyFlag).map((t): JsonObject => ({ [aggregate]: t }));
  });
  const leaf = fc.oneof(...leaves);
  return fc.oneof(
    leaf,
    leaf.map((inner): JsonObject => ({ $not: inner })),
  );
}
