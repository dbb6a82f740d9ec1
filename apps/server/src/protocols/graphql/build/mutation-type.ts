import {
  DirectiveLocation,
  GraphQLBoolean,
  GraphQLDirective,
  GraphQLEnumType,
  type GraphQLFieldConfig,
  type GraphQLFieldConfigArgumentMap,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLOutputType,
} from "graphql";
import type { Arguments } from "../read/arguments.ts";
import type { ReadContext } from "../read/context.ts";
import { type WriteMeta, withMeta } from "../schema/field-meta.ts";
import type { FilterTypes } from "../schema/filter-types.ts";
import { Names } from "../schema/names.ts";
import { INTEGER_SCALAR, UUID_SCALAR } from "../schema/scalars.ts";
import type { TypeNames } from "../schema/type-names.ts";
import type { VisibleCollection, VisibleCollections } from "../schema/visible.ts";
import type { WriteTypes } from "../schema/write-types.ts";
import { ATOMIC_NAME } from "../write/atomic.ts";
import { writeResolvers } from "../write/resolvers.ts";

export const ATOMIC = new GraphQLDirective({
  name: ATOMIC_NAME,
  description: "All fields of the mutation are one batch: all are done, or none.",
  locations: [DirectiveLocation.MUTATION],
});

const WRITTEN = new GraphQLObjectType({
  name: "Written",
  description: "An item that the caller may write, and not read.",
  fields: { id: { type: UUID_SCALAR } },
});

const DELETED = new GraphQLObjectType({ name: "Deleted", fields: { id: { type: new GraphQLNonNull(UUID_SCALAR) } } });

const RESOLUTION = new GraphQLEnumType({
  name: "Resolution",
  description: "What becomes of an item that exists: merge changes what is given, ignore leaves it.",
  values: { merge: {}, ignore: {} },
});

const count = { type: new GraphQLNonNull(INTEGER_SCALAR) };
const flag = { type: new GraphQLNonNull(GraphQLBoolean) };
const BULK_UPDATE = new GraphQLObjectType({
  name: "UpdatedItems",
  fields: { matched: count, updated: count, dry_run: flag },
});
const BULK_DELETE = new GraphQLObjectType({
  name: "DeletedItems",
  fields: { matched: count, deleted: count, dry_run: flag },
});

type MutationFields = Record<string, GraphQLFieldConfig<unknown, ReadContext, Arguments>>;

interface MutationParts extends WriteTypes, Pick<FilterTypes, "filter"> {
  readonly row: (slug: string) => GraphQLObjectType;
  readonly nameOf: TypeNames;
}

/** The writes that the rules let the caller make. Undefined where there are none. */
export function mutationType(collections: VisibleCollections, parts: MutationParts): GraphQLObjectType | undefined {
  const names = new Names([]);
  const fields: MutationFields = {};
  for (const visible of collections.values()) Object.assign(fields, fieldsOf(collections, visible, parts, names));
  if (Object.keys(fields).length === 0) return undefined;
  return new GraphQLObjectType({ name: "Mutation", fields });
}

function fieldsOf(
  collections: VisibleCollections,
  { slug, rights, readable, values }: VisibleCollection,
  { row, nameOf, filter, create, update, conflict }: MutationParts,
  names: Names,
): MutationFields {
  const resolvers = writeResolvers(collections, slug);
  const item = readable ? row(slug) : WRITTEN;
  const items = new GraphQLList(item);
  const list = new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(create(slug))));
  const id = { type: new GraphQLNonNull(UUID_SCALAR) };
  const if_version = { type: INTEGER_SCALAR, description: "Refused where the item has another version." };
  const found: GraphQLFieldConfigArgumentMap = {
    ...(readable && { filter: { type: filter(slug) } }),
    all: { type: GraphQLBoolean, description: "Needed where the filter leaves nothing out." },
    limit: { type: GraphQLInt, description: "Nothing is written where more items match; 1000 by default." },
    dry_run: { type: GraphQLBoolean, description: "Only counts." },
  };
  const fields: MutationFields = {};
  const add = (
    writes: WriteMeta["writes"],
    type: GraphQLOutputType,
    description: string,
    args: GraphQLFieldConfigArgumentMap,
  ): void => {
    fields[names.derived(`${writes}_${slug}`)] = {
      type,
      description,
      args,
      resolve: resolvers[writes],
      extensions: withMeta({ kind: "write", writes, slug }),
    };
  };
  if (rights.create) {
    add("create", item, "Create one item.", { data: { type: new GraphQLNonNull(create(slug)) } });
    add("create_many", items, "Create items, all or none.", { data: { type: list } });
  }
  if (rights.update) {
    const data = { type: new GraphQLNonNull(update(slug)) };
    add("update", item, "Change fields of an item.", { id, data, if_version });
    add("update_many", BULK_UPDATE, "Change all items that a filter finds.", { ...found, data });
  }
  if (rights.create && rights.update && values.length > 0) {
    const upserted = new GraphQLObjectType({
      name: nameOf(slug, "upserted"),
      fields: { items: { type: items }, inserted: count, updated: count, ignored: count },
    });
    add("upsert", upserted, "Create items, or change those that exist.", {
      data: { type: list },
      on_conflict: {
        type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(conflict(slug)))),
        description: "A unique field, or fields that are unique together.",
      },
      resolution: { type: RESOLUTION, description: "merge by default." },
    });
  }
  if (rights.delete) {
    add("delete", DELETED, "Delete an item.", { id, if_version });
    add("delete_many", BULK_DELETE, "Delete all items that a filter finds.", found);
  }
  return fields;
}
