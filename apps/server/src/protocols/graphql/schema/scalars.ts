import { arithmeticOf, type Field, fieldType, isNumeric, type Json } from "@plinth/core";
import {
  GraphQLBoolean,
  GraphQLError,
  GraphQLFloat,
  GraphQLScalarType,
  GraphQLString,
  Kind,
  type ValueNode,
  valueFromASTUntyped,
} from "graphql";

/** Values are in wire form already, and what a caller sends is checked by the engine, which names the field. */
function textScalar(name: string, description: string): GraphQLScalarType {
  return new GraphQLScalarType({
    name,
    description,
    serialize: (value) => value,
    parseValue: (value) => textOf(name, value),
    parseLiteral: (node) => (node.kind === Kind.STRING ? node.value : refuse(name, "a text")),
  });
}

function textOf(name: string, value: unknown): string {
  return typeof value === "string" ? value : refuse(name, "a text");
}

function refuse(name: string, want: string): never {
  throw new GraphQLError(`${name}: expected ${want}.`);
}

export const UUID_SCALAR = textScalar("UUID", "The id of an item, in lower case.");
export const TIMESTAMP_SCALAR = textScalar("Timestamp", "A time in UTC, such as 2024-05-01T12:30:00.000Z.");
export const DATE_SCALAR = textScalar("Date", "A day, such as 2024-05-01.");

/** A literal keeps all of its digits; a number in the variables has those that JSON keeps. */
export const DECIMAL_SCALAR = new GraphQLScalarType({
  name: "Decimal",
  description: 'A number with a fixed number of digits after the point, as text: "12.50". Numbers are accepted too.',
  serialize: (value) => value,
  parseValue: (value) => (typeof value === "string" || typeof value === "number" ? value : refuse("Decimal", "a text")),
  parseLiteral: (node) =>
    node.kind === Kind.STRING || node.kind === Kind.INT || node.kind === Kind.FLOAT
      ? node.value
      : refuse("Decimal", "a text or a number"),
});

const WHOLE = "a whole number of at most 53 bits";

/** Unlike `Int`, which ends at 2,147,483,647. */
export const INTEGER_SCALAR = new GraphQLScalarType({
  name: "Integer",
  description: "A whole number of at most 53 bits.",
  serialize: (value) => value,
  parseValue: (value) => wholeOf(value),
  parseLiteral: (node) => wholeOf(node.kind === Kind.INT ? Number(node.value) : undefined),
});

function wholeOf(value: unknown): number {
  return Number.isSafeInteger(value) ? (value as number) : refuse("Integer", WHOLE);
}

export const JSON_SCALAR = new GraphQLScalarType({
  name: "JSON",
  description: "Any JSON value.",
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: jsonLiteral,
});

function jsonLiteral(node: ValueNode, variables?: Record<string, unknown> | null): Json {
  return valueFromASTUntyped(node, variables) as Json;
}

/** The scalar of a field's values. */
export function scalarOf(field: Field): GraphQLScalarType {
  const { kind, calendar } = fieldType(field);
  switch (kind) {
    case "text":
      return GraphQLString;
    case "boolean":
      return GraphQLBoolean;
    case "json":
    case "list":
      return JSON_SCALAR;
    case "uuid":
    case "reference":
      return UUID_SCALAR;
    case "time":
      return calendar?.zoned ? TIMESTAMP_SCALAR : DATE_SCALAR;
    case "number":
      return numberScalar(field);
  }
}

function numberScalar(field: Field): GraphQLScalarType {
  if (!isNumeric(field)) return GraphQLFloat;
  const { exact, widest } = arithmeticOf(field);
  if (typeof widest(field) === "string") return DECIMAL_SCALAR;
  return exact ? INTEGER_SCALAR : GraphQLFloat;
}
