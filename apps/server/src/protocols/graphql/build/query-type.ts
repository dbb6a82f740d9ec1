import {
  type GraphQLFieldConfig,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLString,
} from "graphql";
import type { Arguments } from "../read/arguments.ts";
import type { ReadContext } from "../read/context.ts";
import { rootResolvers } from "../read/resolvers.ts";
import { connectionType } from "../schema/connection-types.ts";
import { type RootMeta, withMeta } from "../schema/field-meta.ts";
import { Names } from "../schema/names.ts";
import { UUID_SCALAR } from "../schema/scalars.ts";
import type { TypeNames } from "../schema/type-names.ts";
import type { VisibleCollections } from "../schema/visible.ts";
import { type InputTypes, listArguments } from "./row-types.ts";

type RootFields = Record<string, GraphQLFieldConfig<unknown, ReadContext, Arguments>>;

/** Five fields for each collection. Each may be null, so that the refusal of one leaves the others. */
export function queryType(
  collections: VisibleCollections,
  inputs: InputTypes,
  row: (slug: string) => GraphQLObjectType,
  nameOf: TypeNames,
): GraphQLObjectType {
  const readable = [...collections.values()].flatMap((one) => (one.readable ? [one.slug] : []));
  const names = new Names(readable);
  const fields: RootFields = {};
  for (const slug of readable) {
    const resolvers = rootResolvers(collections, slug);
    const { aggregates, filter } = inputs;
    const { limit: _, offset: __, ...found } = listArguments(inputs, slug);
    const add = (name: string, reads: RootMeta["reads"], config: Omit<RootFields[string], "extensions">): void => {
      fields[name] = { ...config, extensions: withMeta({ kind: "root", reads, slug }) };
    };
    add(slug, "list", {
      type: new GraphQLList(new GraphQLNonNull(row(slug))),
      description: `Items of ${slug}.`,
      args: listArguments(inputs, slug),
      resolve: resolvers.list,
    });
    add(names.derived(`${slug}_by_id`), "item", {
      type: row(slug),
      description: "One item; null where there is none, or you may not see it.",
      args: { id: { type: new GraphQLNonNull(UUID_SCALAR) } },
      resolve: resolvers.item,
    });
    add(names.derived(`${slug}_connection`), "connection", {
      type: connectionType(slug, row(slug), nameOf),
      description: "Items by pages, with cursors.",
      args: {
        ...found,
        first: { type: GraphQLInt, description: "50 by default." },
        after: { type: GraphQLString },
        last: { type: GraphQLInt },
        before: { type: GraphQLString },
      },
      resolve: resolvers.connection,
    });
    add(names.derived(`${slug}_aggregate`), "aggregate", {
      type: aggregates.aggregate(slug),
      description: "Results over all items that the filter finds.",
      args: { filter: { type: filter(slug) } },
      resolve: resolvers.aggregate,
    });
    add(names.derived(`${slug}_groups`), "groups", {
      type: new GraphQLList(new GraphQLNonNull(aggregates.group(slug))),
      description: "Results for each group of items.",
      args: inputs.groupArguments(slug),
      resolve: resolvers.groups,
    });
  }
  // A type needs a field, also for those who may read nothing.
  if (readable.length === 0) fields._empty = { type: GraphQLString, description: "You may read no collection." };
  return new GraphQLObjectType({ name: "Query", fields });
}
