import { type AggregateFunction, BUCKETS, doubleField, integerField } from "@plinth/core";
import {
  GraphQLEnumType,
  type GraphQLFieldConfigArgumentMap,
  GraphQLInputObjectType,
  type GraphQLInputType,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLString,
} from "graphql";
import { isGroupable, keyName, measuresOf } from "./aggregate-types.ts";
import type { FilterTypes } from "./filter-types.ts";
import { madeOnce } from "./made-once.ts";
import { DIRECTION } from "./sort-types.ts";
import type { TypeNames } from "./type-names.ts";
import type { VisibleCollections, VisibleValue } from "./visible.ts";

const BUCKET = new GraphQLEnumType({
  name: "Bucket",
  description: "The span of time whose items are one group.",
  values: Object.fromEntries(BUCKETS.map((name) => [name, {}])),
});

const COUNT = { field: integerField("count") };
const MEAN = { field: doubleField("mean") };

/** As the engine compares a result. */
export function comparedAs(fn: AggregateFunction, value: VisibleValue): Pick<VisibleValue, "field"> {
  if (fn === "count_distinct") return COUNT;
  return fn === "sum" || fn === "avg" ? MEAN : value;
}

/** The arguments of `…_groups`. */
export function groupArguments(
  collections: VisibleCollections,
  nameOf: TypeNames,
  { filter, operators }: FilterTypes,
): (slug: string) => GraphQLFieldConfigArgumentMap {
  const types = new Map<string, GraphQLInputObjectType>();

  const groupBy = (slug: string): GraphQLInputObjectType =>
    madeOnce(types, nameOf(slug, "group_by"), () => {
      const { values } = collections.get(slug)!;
      const keys = values.flatMap((value, i) =>
        isGroupable(value) ? [[value.name, { value: { field: value.field.name, as: keyName(i) } }] as const] : [],
      );
      const groupable = new GraphQLEnumType({ name: nameOf(slug, "groupable"), values: Object.fromEntries(keys) });
      return new GraphQLInputObjectType({
        name: nameOf(slug, "group_by"),
        fields: {
          field: { type: new GraphQLNonNull(groupable) },
          bucket: { type: BUCKET, description: "Of a time or a date." },
          time_zone: { type: GraphQLString, description: "Where days begin, such as Europe/Berlin; UTC by default." },
        },
      });
    });

  /** An input with a member for each result; `leaf` is the type of what is said about one. */
  const ofResults = (
    slug: string,
    part: string,
    { isOneOf, leaf }: { isOneOf: boolean; leaf(value: Pick<VisibleValue, "field">): GraphQLInputType },
    more: () => Record<string, { type: GraphQLInputType }>,
  ): GraphQLInputObjectType =>
    madeOnce(
      types,
      nameOf(slug, part),
      () =>
        new GraphQLInputObjectType({
          name: nameOf(slug, part),
          isOneOf,
          fields: () => {
            const functions = measuresOf(collections.get(slug)!).map(({ results, taken }) => {
              const fields = taken.map(
                ({ value }) => [value.name, { type: leaf(comparedAs(results.fn, value)) }] as const,
              );
              const name = nameOf(slug, `${part}_${results.fn}`);
              return [
                results.fn,
                { type: new GraphQLInputObjectType({ name, isOneOf, fields: Object.fromEntries(fields) }) },
              ] as const;
            });
            return { ...more(), count: { type: leaf(COUNT) }, ...Object.fromEntries(functions) };
          },
        }),
    );

  const having = (slug: string): GraphQLInputObjectType =>
    ofResults(slug, "having", { isOneOf: false, leaf: operators }, () => {
      const all = { type: new GraphQLList(new GraphQLNonNull(having(slug))) };
      return { _and: all, _or: all, _not: { type: having(slug) } };
    });

  const sort = (slug: string): GraphQLInputObjectType =>
    ofResults(slug, "group_sort", { isOneOf: true, leaf: () => DIRECTION }, () => {
      const { values } = collections.get(slug)!;
      const keys = values.filter(isGroupable).map((value) => [value.name, { type: DIRECTION }] as const);
      const name = nameOf(slug, "key_sort");
      return {
        key: { type: new GraphQLInputObjectType({ name, isOneOf: true, fields: Object.fromEntries(keys) }) },
      };
    });

  return (slug) => ({
    group_by: { type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(groupBy(slug)))) },
    filter: { type: filter(slug) },
    having: { type: having(slug), description: "Conditions on the results." },
    sort: { type: new GraphQLList(new GraphQLNonNull(sort(slug))), description: "By default by the keys." },
    limit: { type: GraphQLInt },
    offset: { type: GraphQLInt },
  });
}
