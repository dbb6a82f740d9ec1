import { fieldType } from "@plinth/core";
import { GraphQLEnumType, GraphQLInputObjectType, GraphQLNonNull, GraphQLString } from "graphql";
import { madeOnce } from "./made-once.ts";
import type { TypeNames } from "./type-names.ts";
import type { VisibleCollections } from "./visible.ts";

export const DIRECTION = new GraphQLEnumType({
  name: "Direction",
  description: "Items without a value are the smallest.",
  values: { asc: {}, desc: {} },
});

const PATH_SORT = new GraphQLInputObjectType({
  name: "PathSort",
  description: "An order by any path of REST, such as facts.minutes or count(comments).",
  fields: {
    path: { type: new GraphQLNonNull(GraphQLString) },
    direction: { type: new GraphQLNonNull(DIRECTION) },
  },
});

/** One term of an order; the type of each collection. */
export function sortTypes(
  collections: VisibleCollections,
  nameOf: TypeNames,
): (slug: string) => GraphQLInputObjectType {
  const types = new Map<string, GraphQLInputObjectType>();
  const sort = (slug: string): GraphQLInputObjectType =>
    madeOnce(
      types,
      slug,
      () =>
        new GraphQLInputObjectType({
          name: nameOf(slug, "sort"),
          description: "One term of an order.",
          isOneOf: true,
          fields: () => {
            const { values, relations } = collections.get(slug)!;
            const sorted = values.filter(({ field }) => fieldType(field).sorted);
            return {
              ...Object.fromEntries(sorted.map(({ name }) => [name, { type: DIRECTION }])),
              ...Object.fromEntries(
                relations.flatMap(({ name, target, many }) => (many ? [] : [[name, { type: sort(target) }]])),
              ),
              _path: { type: PATH_SORT },
            };
          },
        }),
    );
  return sort;
}
