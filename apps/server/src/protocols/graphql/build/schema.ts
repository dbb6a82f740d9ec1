import { DerivedCache, type Engine, type RequestContext, roleKey, service } from "@plinth/engine";
import { GraphQLSchema, isInputObjectType, isObjectType, specifiedDirectives } from "graphql";
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

/** Schemas of all workspaces together, by their fields. Those of many collections are large, and scoped keys may have many different rights. */
const MAX_FIELDS = 200_000;

const keptSchemas = service("GraphQL schemas", (_: Engine) => new DerivedCache<GraphQLSchema>(MAX_FIELDS));

/** What the caller may read and write, as types; built once for each revision of the catalog and set of rights. */
export function schemaFor(ctx: RequestContext): GraphQLSchema {
  const { engine, catalog, principal } = ctx;
  const rights = roleKey(principal);
  const known = keptSchemas(engine).get(catalog, rights);
  if (known) return known;
  const schema = makeSchema(ctx);
  keptSchemas(engine).set(catalog, schema, fieldsIn(schema), rights);
  return schema;
}

/** With one for each type. */
function fieldsIn(schema: GraphQLSchema): number {
  let fields = 0;
  for (const type of Object.values(schema.getTypeMap())) {
    fields++;
    if (isInputObjectType(type)) fields += Object.keys(type.getFields()).length;
    else if (isObjectType(type)) for (const { args } of Object.values(type.getFields())) fields += 1 + args.length;
  }
  return fields;
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
