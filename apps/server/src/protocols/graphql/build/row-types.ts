import {
  type GraphQLFieldConfig,
  type GraphQLFieldConfigArgumentMap,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
} from "graphql";
import type { ReadContext, ShownRow } from "../read/context.ts";
import { shownAs } from "../read/selection.ts";
import type { AggregateTypes } from "../schema/aggregate-types.ts";
import { type FieldMeta, type RelatedMeta, withMeta } from "../schema/field-meta.ts";
import type { FilterTypes } from "../schema/filter-types.ts";
import type { groupArguments } from "../schema/group-types.ts";
import { madeOnce } from "../schema/made-once.ts";
import { JSON_SCALAR, scalarOf } from "../schema/scalars.ts";
import type { sortTypes } from "../schema/sort-types.ts";
import type { VisibleCollection, VisibleCollections, VisibleRelation } from "../schema/visible.ts";

/** The types that all others are made of. */
export interface InputTypes extends FilterTypes {
  readonly sort: ReturnType<typeof sortTypes>;
  readonly groupArguments: ReturnType<typeof groupArguments>;
  readonly aggregates: AggregateTypes;
}

type RowFields = Record<string, GraphQLFieldConfig<ShownRow, ReadContext>>;

export function listArguments({ filter, sort }: InputTypes, slug: string): GraphQLFieldConfigArgumentMap {
  return {
    filter: { type: filter(slug) },
    sort: { type: new GraphQLList(new GraphQLNonNull(sort(slug))) },
    limit: { type: GraphQLInt, description: "50 by default." },
    offset: { type: GraphQLInt },
  };
}

/** The types of items, with their related items as fields. */
export function rowTypes(collections: VisibleCollections, inputs: InputTypes): (slug: string) => GraphQLObjectType {
  const types = new Map<string, GraphQLObjectType>();
  const row = (slug: string): GraphQLObjectType =>
    madeOnce(types, slug, () => {
      const visible = collections.get(slug)!;
      const { note } = visible.collection;
      return new GraphQLObjectType({
        name: slug,
        ...(note !== undefined && { description: note }),
        fields: () => ({ ...valueFields(visible), ...relatedFields(visible) }),
      });
    });

  function relatedFields({ relations, names }: VisibleCollection): RowFields {
    return Object.fromEntries(
      relations.flatMap((relation): [string, RowFields[string]][] => {
        const { name, target, many } = relation;
        if (!many) return [[name, related(relation, "items", { type: row(target), args: filterArgument(target) })]];
        const { aggregates } = inputs;
        const items = new GraphQLList(new GraphQLNonNull(row(target)));
        const groups = new GraphQLList(new GraphQLNonNull(aggregates.group(target)));
        return [
          [name, related(relation, "items", { type: items, args: listArguments(inputs, target) })],
          [
            names.derived(`${name}_aggregate`),
            related(relation, "aggregate", { type: aggregates.aggregate(target), args: filterArgument(target) }),
          ],
          [
            names.derived(`${name}_groups`),
            related(relation, "groups", { type: groups, args: inputs.groupArguments(target) }),
          ],
        ];
      }),
    );
  }

  const filterArgument = (slug: string): GraphQLFieldConfigArgumentMap => ({ filter: { type: inputs.filter(slug) } });

  return row;
}

/** Null where the caller may see none of it, as with a list that rules hide in some items. */
function related(
  { path, target: slug, many, field }: VisibleRelation,
  kind: RelatedMeta["kind"],
  config: Pick<GraphQLFieldConfig<ShownRow, ReadContext>, "type" | "args">,
): GraphQLFieldConfig<ShownRow, ReadContext> {
  return {
    ...config,
    ...(field.note !== undefined && { description: field.note }),
    resolve: (row, _args, _context, { fieldNodes }) => row[shownAs(fieldNodes[0]!)],
    extensions: withMeta({ kind, path, slug, many }),
  };
}

function valueFields({ values, collection }: VisibleCollection): RowFields {
  const fields = values.map(({ name, field, nullable }): [string, RowFields[string]] => {
    const scalar = scalarOf(field);
    const meta: FieldMeta = { kind: "value", path: field.name };
    return [
      name,
      {
        type: nullable ? scalar : new GraphQLNonNull(scalar),
        ...(noteOf(field) !== undefined && { description: noteOf(field) }),
        resolve: (row) => row[field.name],
        extensions: withMeta(meta),
      },
    ];
  });
  const document: RowFields[string] = {
    type: new GraphQLNonNull(JSON_SCALAR),
    description: "The whole document.",
    resolve: documentIn,
    extensions: withMeta({ kind: "document" }),
  };
  return { ...Object.fromEntries(fields), ...(collection.kind === "document" && { _document: document }) };
}

function noteOf({ note, values }: { readonly note?: string; readonly values?: readonly string[] }): string | undefined {
  if (!values) return note;
  return `${note === undefined ? "" : `${note} `}One of ${values.join(", ")}.`;
}

/** Document collections have no relations, so the row holds nothing else. */
function documentIn(row: ShownRow): ShownRow {
  return row;
}
