import { Lru, memoize, type RequestContext, roleKey } from "@plinth/engine";
import { GraphQLSchema, specifiedDirectives } from "graphql";
import { aggregateTypes } from "../schema/aggregate-types.ts";
import { filterTypes } from "../schema/filter-types.ts";
import { groupArguments } from "../schema/group-types.ts";
import { sortTypes } from "../schema/sort-types.ts";
import { typeNames } from "../schema/type-names.ts";
import { visibleCollections } from "../schema/visible.ts";
import { writeTypes } from "../schema/write-types.ts";
import { ATOMIC, mutationType } from "./mutation-type.ts";
import { queryType } from "./query-type.ts";
import { rowTypes } from "./row-types.ts";

/** A schema of many collections is large, and scoped keys may have many different rights. */
const MAX_SCHEMAS = 20;

/** What the caller may read and write, as types; built once for each revision of the catalog and set of rights. */
export function schemaFor(ctx: RequestContext): GraphQLSchema {
  const schemas = memoize(ctx.catalog, "graphql", () => new Lru<string, GraphQLSchema>(MAX_SCHEMAS));
  const key = roleKey(ctx.principal);
  const known = schemas.get(key);
  if (known) return known;
  const schema = makeSchema(ctx);
  schemas.set(key, schema);
  return schema;
}

function makeSchema(ctx: RequestContext): GraphQLSchema {
  const collections = visibleCollections(ctx);
  const nameOf = typeNames(collections);
  const filters = filterTypes(collections, nameOf);
  const inputs = {
    ...filters,
    sort: sortTypes(collections, nameOf),
    groupArguments: groupArguments(collections, nameOf, filters),
    aggregates: aggregateTypes(collections, nameOf),
  };
  const row = rowTypes(collections, inputs);
  const query = queryType(collections, inputs, row, nameOf);
  const mutation = mutationType(collections, { ...writeTypes(collections, nameOf), ...filters, row, nameOf });
  const directives = [...specifiedDirectives, ...(mutation ? [ATOMIC] : [])];
  return new GraphQLSchema({ query, ...(mutation && { mutation }), directives });
}
