import { invalid } from "@plinth/core";
import type { AggregateInput, ExpandInput, ExpansionInput, FieldInput, SelectionInput } from "@plinth/engine";
import { type FieldNode, type GraphQLObjectType, getArgumentValues, getNamedType } from "graphql";
import { type FieldMeta, metaOf, type RelatedMeta } from "../schema/field-meta.ts";
import type { VisibleCollections } from "../schema/visible.ts";
import { type Arguments, aggregateArgumentsOf, listArgumentsOf } from "./arguments.ts";
import { type DocumentContext, selectedFields } from "./collect.ts";

/**
 * The name that related items have in the engine's rows: that of the place in the document where they are selected, because one
 * relation may be selected several times. No field begins with a capital.
 */
export function shownAs({ loc }: FieldNode): string {
  return `X${loc!.start}`;
}

/** A selection of the document as the engine's: all levels below become parts of one tree. */
export class SelectionReader {
  constructor(
    private readonly document: DocumentContext,
    private readonly collections: VisibleCollections,
  ) {}

  /** What is selected of items of `type`, below fields that return them. */
  items(type: GraphQLObjectType, nodes: readonly FieldNode[]): SelectionInput {
    const fields = new Map<string, FieldInput>([["id", { path: "id" }]]);
    const expand: Record<string, ExpansionInput> = {};
    for (const [node, meta, group] of this.#selected(type, nodes)) {
      if (meta.kind === "value") fields.set(meta.path, { path: meta.path });
      else if (meta.kind === "document") fields.set("*", { path: "*" });
      else if (isRelated(meta)) expand[shownAs(node)] = this.#expansion(type, meta, group);
    }
    return { fields: [...fields.values()], expand };
  }

  /** The same below several fields with selections of their own, such as the nodes of a connection and its edges. */
  itemsOfAll(type: GraphQLObjectType, groups: readonly (readonly FieldNode[])[]): SelectionInput {
    return groups.map((nodes) => this.items(type, nodes)).reduce(merged, { fields: [{ path: "id" }], expand: {} });
  }

  #results(
    type: GraphQLObjectType,
    nodes: readonly FieldNode[],
    groups: AggregateInput["group_by"] = [],
  ): AggregateInput["aggregates"] {
    const keys = new Set(groups.map((group) => (typeof group === "string" ? group : group.as)));
    const measures: Record<string, AggregateInput["aggregates"][string]> = {};
    const add = (below: GraphQLObjectType, selected: readonly FieldNode[]): void => {
      for (const [node, meta, group] of this.#selected(below, selected)) {
        if (meta.kind === "results") add(typeOf(below, node), group);
        else if (meta.kind === "measure") measures[meta.as] = { [meta.fn]: meta.path };
        else if (meta.kind === "key" && !keys.has(meta.as))
          throw invalid("group_by", `${meta.path} is selected in key, so group by it`);
      }
    };
    add(type, nodes);
    // A group has a row even if only its key is selected.
    return Object.keys(measures).length > 0 ? measures : { count: { count: "*" } };
  }

  /** Groups, conditions and results: those that are selected, and those that others need. */
  aggregateInput(slug: string, type: GraphQLObjectType, given: Arguments, nodes: readonly FieldNode[]): AggregateInput {
    const input = aggregateArgumentsOf(this.collections, slug, given);
    return { ...input, aggregates: { ...this.#results(type, nodes, input.group_by), ...input.aggregates } };
  }

  argumentsOf(type: GraphQLObjectType, node: FieldNode): Arguments {
    return getArgumentValues(type.getFields()[node.name.value]!, node, this.document.variableValues);
  }

  #expansion(type: GraphQLObjectType, { kind, path, slug }: RelatedMeta, group: readonly FieldNode[]): ExpansionInput {
    const node = group[0]!;
    const given = this.argumentsOf(type, node);
    const below = typeOf(type, node);
    if (kind === "items")
      return { ...listArgumentsOf(this.collections, slug, given), relation: path, ...this.items(below, group) };
    return { ...this.aggregateInput(slug, below, given, group), relation: path };
  }

  *#selected(
    type: GraphQLObjectType,
    nodes: readonly FieldNode[],
  ): Generator<readonly [node: FieldNode, meta: FieldMeta, group: readonly FieldNode[]]> {
    const fields = type.getFields();
    for (const group of selectedFields(this.document, nodes)) {
      const meta = metaOf(fields[group[0]!.name.value]);
      if (meta) yield [group[0]!, meta, group];
    }
  }
}

function isRelated(meta: FieldMeta): meta is RelatedMeta {
  return meta.kind === "items" || meta.kind === "aggregate" || meta.kind === "groups";
}

/** The type of the objects that a field returns. */
export function typeOf(type: GraphQLObjectType, node: FieldNode): GraphQLObjectType {
  return getNamedType(type.getFields()[node.name.value]!.type) as GraphQLObjectType;
}

/** What is selected at one place of the document has the same name, and arguments, wherever its fragment is used. */
function merged(a: SelectionInput, b: SelectionInput): SelectionInput {
  const fields = new Map([...a.fields!, ...b.fields!].map((field) => [field.path, field]));
  const expand: { -readonly [as in keyof ExpandInput]: ExpansionInput } = { ...a.expand };
  for (const [as, other] of Object.entries(b.expand ?? {})) {
    const known = expand[as];
    if (!known) expand[as] = other;
    else if (known.aggregates) expand[as] = { ...known, aggregates: { ...known.aggregates, ...other.aggregates } };
    else expand[as] = { ...known, ...merged(known, other) };
  }
  return { fields: [...fields.values()], expand };
}
