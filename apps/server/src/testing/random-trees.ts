import type { Json, JsonObject } from "@plinth/core";

/** Random reads over the collections of `graphql-world.ts`, as REST and as GraphQL write them. */

type Values = Readonly<Record<string, readonly Json[]>>;

interface Shape {
  readonly values: Values;
  /** By name: the collection, and whether it is a list. */
  readonly relations: Readonly<Record<string, readonly [slug: string, many: boolean]>>;
}

const SHAPES: Readonly<Record<string, Shape>> = {
  authors: {
    values: { name: ["Ann", "Ben", "ann", "%"], secret: ["hush"], code: ["a", "b"] },
    relations: { books: ["books", true] },
  },
  books: {
    values: { title: ["One", "Two", "$5", "t"], pages: [100, 200, 0], price: ["9.50", "20.00", 5] },
    relations: { author: ["authors", false], reviews: ["reviews", true] },
  },
  reviews: { values: { stars: [1, 3, 5] }, relations: { book: ["books", false] } },
};

const OPERATORS = ["_eq", "_neq", "_gt", "_lte", "_in", "_nin", "_null"];
const TEXTS = ["_contains", "_icontains", "_starts_with", "_ieq"];

type Pick = <T>(list: readonly T[]) => T;

/** A condition in both languages. */
interface Condition {
  readonly rest: JsonObject;
  readonly graphql: JsonObject;
}

interface Tree {
  readonly rest: JsonObject;
  /** The arguments and the selection. */
  readonly graphql: string;
}

export interface RandomRead {
  readonly slug: string;
  /** The body of `POST /api/items/:slug/query`. */
  readonly rest: JsonObject;
  readonly document: string;
  /** A filter alone, and fields of values. */
  readonly filter: Condition;
  readonly fields: readonly string[];
}

export function randomRead(random: () => number): RandomRead {
  const pick: Pick = (list) => list[Math.floor(random() * list.length)]!;
  const slug = pick(Object.keys(SHAPES));
  let aliases = 0;

  function condition(of: string, depth: number): Condition {
    const { values, relations } = SHAPES[of]!;
    const roll = random();
    if (depth > 0 && roll < 0.3) {
      const combinator = pick(["_and", "_or"]);
      const parts = [condition(of, depth - 1), condition(of, depth - 1)];
      return {
        rest: { [combinator]: parts.map(({ rest }) => rest) },
        graphql: { [combinator]: parts.map(({ graphql }) => graphql) },
      };
    }
    if (depth > 0 && roll < 0.4) {
      const { rest, graphql } = condition(of, depth - 1);
      return { rest: { _not: rest }, graphql: { _not: graphql } };
    }
    if (depth > 0 && roll < 0.65) {
      const name = pick(Object.keys(relations));
      const [target, many] = relations[name]!;
      const { rest, graphql } = condition(target, depth - 1);
      if (!many) return { rest: { [name]: { _and: [rest] } }, graphql: { [name]: graphql } };
      const quantifier = pick(["_some", "_none", "_every"]);
      return { rest: { [name]: { [quantifier]: rest } }, graphql: { [name]: { [quantifier]: graphql } } };
    }
    const name = pick(Object.keys(values));
    const known = values[name]!;
    const isText = name !== "price" && typeof known[0] === "string";
    const operator = pick(isText ? [...OPERATORS, ...TEXTS] : OPERATORS);
    const value = operand(operator, known, random, pick);
    const plain = (one: Json): Json => (isText && typeof one === "string" ? { $literal: one } : one);
    const rest = Array.isArray(value) ? value.map(plain) : plain(value);
    return { rest: { [name]: { [operator]: rest } }, graphql: { [name]: { [operator]: value } } };
  }

  function tree(of: string, depth: number, many: boolean): Tree {
    const { values, relations } = SHAPES[of]!;
    const fields = Object.keys(values).filter(() => random() < 0.4);
    const rest: JsonObject = { fields: ["id", ...fields] };
    const given: string[] = [];
    if (random() < 0.6) {
      const filter = condition(of, 2);
      rest.filter = filter.rest;
      given.push(`filter: ${graphqlText(filter.graphql)}`);
    }
    if (many) {
      const [name, direction] = [pick(Object.keys(values)), pick(["asc", "desc"])];
      const [limit, offset] = [1 + Math.floor(random() * 5), Math.floor(random() * 3)];
      Object.assign(rest, { sort: [`${direction === "desc" ? "-" : ""}${name}`, "id"], limit, offset });
      given.push(`sort: [{ ${name}: ${direction} }, { id: asc }]`, `limit: ${limit}`, `offset: ${offset}`);
    }
    const selected = ["id", ...fields];
    const expand: JsonObject = {};
    for (const [name, [target, isList]] of Object.entries(relations)) {
      if (depth === 0 || random() < 0.4) continue;
      const alias = `e${aliases++}`;
      const below = tree(target, depth - 1, isList);
      expand[alias] = { relation: name, ...below.rest };
      selected.push(`${alias}: ${name}${below.graphql}`);
    }
    if (Object.keys(expand).length > 0) rest.expand = expand;
    const args = given.length > 0 ? `(${given.join(", ")})` : "";
    return { rest, graphql: `${args} { ${selected.join(" ")} }` };
  }

  const { rest, graphql } = tree(slug, 3, true);
  const filter = condition(slug, 2);
  return { slug, rest, document: `{ ${slug}${graphql} }`, filter, fields: Object.keys(SHAPES[slug]!.values) };
}

function operand(operator: string, known: readonly Json[], random: () => number, pick: Pick): Json {
  if (operator === "_null") return random() < 0.5;
  return operator === "_in" || operator === "_nin" ? [pick(known), pick(known)] : pick(known);
}

/** A value as GraphQL writes it: like JSON, with names that are not in quotes. */
export function graphqlText(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(graphqlText).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{ ${Object.entries<Json>(value)
    .map(([name, part]) => `${name}: ${graphqlText(part)}`)
    .join(", ")} }`;
}
