import { type AggregateFunction, fieldType } from "@plinth/core";
import {
  type GraphQLFieldConfig,
  GraphQLFloat,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLScalarType,
} from "graphql";
import { withMeta } from "./field-meta.ts";
import { madeOnce } from "./made-once.ts";
import { INTEGER_SCALAR, scalarOf } from "./scalars.ts";
import type { TypeNames } from "./type-names.ts";
import type { VisibleCollection, VisibleCollections, VisibleValue } from "./visible.ts";

/** What aggregates of a collection return: `{ count, sum: { price } … }`, and for groups the key besides. */
export interface AggregateTypes {
  aggregate(slug: string): GraphQLObjectType;
  group(slug: string): GraphQLObjectType;
}

type Results = Readonly<Record<string, unknown>>;
type OutputFields = Record<string, GraphQLFieldConfig<Results, unknown>>;

export interface FunctionResults {
  readonly fn: Exclude<AggregateFunction, "count">;
  readonly description: string;
  fits(value: VisibleValue): boolean;
  scalar(value: VisibleValue): GraphQLScalarType;
}

const summed = ({ field }: VisibleValue): boolean => fieldType(field).aggregates.includes("sum");
const ordered = ({ field }: VisibleValue): boolean => fieldType(field).aggregates.includes("min");
const own = ({ field }: VisibleValue): GraphQLScalarType => scalarOf(field);

const FUNCTIONS: readonly FunctionResults[] = [
  {
    fn: "count_distinct",
    description: "How many different values there are.",
    fits: isGroupable,
    scalar: () => INTEGER_SCALAR,
  },
  { fn: "sum", description: "Sums.", fits: summed, scalar: own },
  { fn: "avg", description: "Means.", fits: summed, scalar: () => GraphQLFloat },
  { fn: "min", description: "The smallest values.", fits: ordered, scalar: own },
  { fn: "max", description: "The greatest values.", fits: ordered, scalar: own },
];

export function isGroupable({ field }: VisibleValue): boolean {
  return fieldType(field).grouped;
}

/** The name of a group in the results: a field's place does not change while a schema is in use. */
export function keyName(place: number): string {
  return `key_${place}`;
}

export interface MeasuredValues {
  readonly results: FunctionResults;
  readonly taken: readonly { readonly value: VisibleValue; readonly as: string }[];
}

/** The functions that have results for a collection, with the fields that they take. */
export function measuresOf({ values }: VisibleCollection): readonly MeasuredValues[] {
  return FUNCTIONS.flatMap((results) => {
    const taken = values.flatMap((value, i) => (results.fits(value) ? [{ value, as: `${results.fn}_${i}` }] : []));
    return taken.length > 0 ? [{ results, taken }] : [];
  });
}

export function aggregateTypes(collections: VisibleCollections, nameOf: TypeNames): AggregateTypes {
  const types = new Map<string, GraphQLObjectType>();
  const made = (name: string, description: string, fields: () => OutputFields): GraphQLObjectType =>
    madeOnce(types, name, () => new GraphQLObjectType({ name, description, fields }));

  function functionFields(slug: string): OutputFields {
    const collection = collections.get(slug)!;
    const fields: OutputFields = {
      count: {
        type: new GraphQLNonNull(INTEGER_SCALAR),
        description: "How many items there are.",
        extensions: withMeta({ kind: "measure", fn: "count", path: "*", as: "count" }),
      },
    };
    for (const measured of measuresOf(collection)) {
      const { results } = measured;
      const type = made(nameOf(slug, results.fn), results.description, () => measureFields(measured));
      fields[results.fn] = {
        type: new GraphQLNonNull(type),
        resolve: (row) => row,
        extensions: withMeta({ kind: "results" }),
      };
    }
    return fields;
  }

  const aggregate = (slug: string): GraphQLObjectType =>
    made(nameOf(slug, "aggregate"), `Results over items of ${slug}.`, () => functionFields(slug));

  const group = (slug: string): GraphQLObjectType =>
    made(nameOf(slug, "group"), `Results over a group of items of ${slug}.`, () => ({
      key: {
        type: new GraphQLNonNull(key(slug)),
        description: "The values by which the items are grouped.",
        resolve: (row) => row,
        extensions: withMeta({ kind: "results" }),
      },
      ...functionFields(slug),
    }));

  const key = (slug: string): GraphQLObjectType =>
    made(nameOf(slug, "key"), "Null where the items have no value. A time in a bucket is its beginning.", () =>
      Object.fromEntries(
        collections
          .get(slug)!
          .values.flatMap((value, i): [string, GraphQLFieldConfig<Results, unknown>][] =>
            isGroupable(value)
              ? [[value.name, outputField(scalarOf(value.field), keyName(i), { kind: "key", value })]]
              : [],
          ),
      ),
    );

  return { aggregate, group };
}

function measureFields({ results: { fn, scalar }, taken }: MeasuredValues): OutputFields {
  return Object.fromEntries(
    taken.map(({ value, as }) => [value.name, outputField(scalar(value), as, { kind: "measure", fn, value })]),
  );
}

function outputField(
  type: GraphQLOutputType,
  as: string,
  {
    value,
    ...meta
  }: { readonly value: VisibleValue } & (
    | { readonly kind: "key" }
    | { readonly kind: "measure"; readonly fn: AggregateFunction }
  ),
): GraphQLFieldConfig<Results, unknown> {
  return {
    type,
    resolve: (row) => row[as],
    extensions: withMeta({ ...meta, path: value.field.name, as }),
  };
}
