import { GraphQLBoolean, GraphQLList, GraphQLNonNull, GraphQLObjectType, GraphQLString } from "graphql";
import { INTEGER_SCALAR } from "./scalars.ts";
import type { TypeNames } from "./type-names.ts";

const required = (type: GraphQLObjectType | typeof GraphQLString | typeof GraphQLBoolean) => ({
  type: new GraphQLNonNull(type),
});

/** As Relay's specification names its fields. */
const PAGE_INFO = new GraphQLObjectType({
  name: "PageInfo",
  fields: {
    hasNextPage: required(GraphQLBoolean),
    hasPreviousPage: required(GraphQLBoolean),
    startCursor: { type: GraphQLString },
    endCursor: { type: GraphQLString },
  },
});

/** A page of items with a cursor for each. */
export function connectionType(slug: string, row: GraphQLObjectType, nameOf: TypeNames): GraphQLObjectType {
  const edge = new GraphQLObjectType({
    name: nameOf(slug, "edge"),
    fields: { node: required(row), cursor: required(GraphQLString) },
  });
  const list = (type: GraphQLObjectType) => ({
    type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(type))),
  });
  return new GraphQLObjectType({
    name: nameOf(slug, "connection"),
    fields: {
      edges: list(edge),
      nodes: list(row),
      pageInfo: required(PAGE_INFO),
      totalCount: { type: INTEGER_SCALAR, description: "How many items the filter finds; counted if it is selected." },
    },
  });
}
