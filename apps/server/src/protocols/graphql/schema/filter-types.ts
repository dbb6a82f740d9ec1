import { fieldType, isJson, isReference, isText } from "@plinth/core";
import {
  GraphQLBoolean,
  type GraphQLInputFieldConfig,
  GraphQLInputObjectType,
  type GraphQLInputType,
  GraphQLList,
  GraphQLNonNull,
  type GraphQLScalarType,
  GraphQLString,
  type ThunkObjMap,
} from "graphql";
import { madeOnce } from "./made-once.ts";
import { RELATIVE_TIMES } from "./relative-times.ts";
import { JSON_SCALAR, scalarOf } from "./scalars.ts";
import type { TypeNames } from "./type-names.ts";
import type { VisibleCollection, VisibleCollections, VisibleValue } from "./visible.ts";

/** The filters of all collections: the operators of REST, with typed values. */
export interface FilterTypes {
  filter(slug: string): GraphQLInputObjectType;
  /** On the value of a field. */
  operators(value: Pick<VisibleValue, "field">): GraphQLInputType;
}

const ORDER = ["_gt", "_gte", "_lt", "_lte"];
const TEXT = [
  "_contains",
  "_starts_with",
  "_ends_with",
  "_ieq",
  "_icontains",
  "_istarts_with",
  "_iends_with",
  "_like",
  "_ilike",
  "_regex",
  "_unaccent_eq",
  "_unaccent_contains",
  "_unaccent_starts_with",
  "_unaccent_ends_with",
];

const LITERAL = "LiteralFilter";

type InputFields = Record<string, GraphQLInputFieldConfig>;

export function filterTypes(collections: VisibleCollections, nameOf: TypeNames): FilterTypes {
  const filters = new Map<string, GraphQLInputObjectType>();
  const lists = new Map<string, GraphQLInputObjectType>();
  const operators = operatorTypes();
  const filter = (slug: string): GraphQLInputObjectType =>
    madeOnce(filters, slug, () =>
      inputType(nameOf(slug, "filter"), "Conditions that all hold.", () => filterFields(collections.get(slug)!)),
    );
  const listFilter = (slug: string): GraphQLInputObjectType =>
    madeOnce(lists, slug, () => {
      const some = { type: filter(slug) };
      const fields = { _some: some, _none: some, _every: some, _empty: { type: GraphQLBoolean } };
      return inputType(nameOf(slug, "list_filter"), "Conditions on a list of related items.", fields);
    });

  function filterFields({ slug, collection, values, relations }: VisibleCollection): InputFields {
    const own = filter(slug);
    const all = { type: new GraphQLList(new GraphQLNonNull(own)) };
    return {
      _and: all,
      _or: all,
      _not: { type: own },
      ...(collection.kind === "document" && {
        _document: { type: JSON_SCALAR, description: "Conditions on what documents hold, in the form of REST." },
      }),
      ...Object.fromEntries(values.map((value) => [value.name, { type: operators(value) }])),
      ...Object.fromEntries(
        relations.map(({ name, target, many }) => [name, { type: many ? listFilter(target) : filter(target) }]),
      ),
    };
  }

  return { filter, operators };
}

/** One for each scalar, as what a value can be compared by follows from its type. */
function operatorTypes(): FilterTypes["operators"] {
  const types = new Map<string, GraphQLInputObjectType>();
  const literals = (): GraphQLInputObjectType =>
    madeOnce(types, LITERAL, () =>
      inputType(LITERAL, "Operators that all hold, and whose texts are never variables.", {
        ...comparisons(GraphQLString),
        ...named([...ORDER, ...TEXT], GraphQLString),
      }),
    );
  return ({ field }) => {
    // Conditions on what is inside have no type.
    if (isJson(field)) return JSON_SCALAR;
    const scalar = scalarOf(field);
    const groups = fieldType(field).operators;
    // The id of a related item has no order.
    const name = isReference(field) ? "Reference" : scalar.name;
    return madeOnce(types, name, () =>
      inputType(`${name}Filter`, "Operators that all hold.", {
        ...comparisons(scalar),
        ...(groups.includes("order") && named(ORDER, scalar)),
        ...(groups.includes("order") && { _between: { type: listType(scalar) } }),
        ...(groups.includes("text") && named(TEXT, scalar)),
        ...(isText(field) && { _literal: { type: literals() } }),
        ...(fieldType(field).kind === "time" && { _now: { type: RELATIVE_TIMES } }),
        ...(isText(field) && { _empty: { type: GraphQLBoolean }, _nempty: { type: GraphQLBoolean } }),
      }),
    );
  };
}

function comparisons(scalar: GraphQLScalarType): InputFields {
  return {
    ...named(["_eq", "_neq"], scalar),
    _in: { type: listType(scalar) },
    _nin: { type: listType(scalar) },
    _null: { type: GraphQLBoolean },
  };
}

function named(operators: readonly string[], scalar: GraphQLScalarType): InputFields {
  return Object.fromEntries(operators.map((name) => [name, { type: scalar }]));
}

function listType(scalar: GraphQLScalarType): GraphQLInputType {
  return new GraphQLList(new GraphQLNonNull(scalar));
}

function inputType(
  name: string,
  description: string,
  fields: ThunkObjMap<GraphQLInputFieldConfig>,
): GraphQLInputObjectType {
  return new GraphQLInputObjectType({ name, description, fields });
}
