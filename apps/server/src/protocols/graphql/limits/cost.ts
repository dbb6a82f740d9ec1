import { invalid } from "@plinth/core";
import {
  type FieldNode,
  type GraphQLObjectType,
  getArgumentValues,
  getNamedType,
  isObjectType,
  type OperationDefinitionNode,
} from "graphql";
import { type DocumentContext, selectedFields } from "../read/collect.ts";
import { type FieldMeta, metaOf } from "../schema/field-meta.ts";

/** Each list, item, aggregate and relation is a statement or two. */
const MAX_READS = 100;
/** Items that the lists would have together, if every list were as long as its limit. */
const MAX_ITEMS = 250_000;
const DEFAULT_LIMIT = 50;

/** What an operation may read at most. */
export interface Cost {
  readonly reads: number;
  readonly items: number;
  /** Lists, or also aggregates, whose cost is not known from their limits. */
  readonly load: "list" | "bulk" | undefined;
}

export const NO_COST: Cost = { reads: 0, items: 0, load: undefined };

/** The cost of an operation, from its arguments alone. Throws where it is more than one request may cost. */
export function requireCheap(document: DocumentContext, operation: OperationDefinitionNode): Cost {
  let reads = 0;
  let items = 0;
  let load: Cost["load"];
  const visit = (type: GraphQLObjectType, nodes: readonly FieldNode[], times: number): void => {
    const fields = type.getFields();
    for (const group of selectedFields(document, nodes)) {
      const node = group[0]!;
      const field = fields[node.name.value];
      if (!field) continue;
      const meta = metaOf(field);
      let below = times;
      if (meta && isRead(meta)) {
        if (++reads > MAX_READS)
          throw invalid("query", `at most ${MAX_READS} lists, items and aggregates are allowed`, "LIMIT_EXCEEDED");
        const isAggregate = meta.kind === "root" ? isAggregated(meta.reads) : isAggregated(meta.kind);
        if (isAggregate) load = "bulk";
        else if (!(meta.kind === "root" && meta.reads === "item")) load ??= "list";
        below = times * sizeOf(meta, getArgumentValues(field, node, document.variableValues));
        items += below;
        if (items > MAX_ITEMS)
          throw invalid(
            "query",
            `with their limits, the lists of this document may have more than ${MAX_ITEMS} items together; lower them`,
            "LIMIT_EXCEEDED",
          );
      }
      const result = getNamedType(field.type);
      if (isObjectType(result) && !result.name.startsWith("__")) visit(result, group, below);
    }
  };
  const root = operation.operation === "query" ? document.schema.getQueryType() : document.schema.getMutationType();
  if (root) visit(root, [{ selectionSet: operation.selectionSet } as FieldNode], 1);
  return { reads, items, load };
}

type ReadMeta = Extract<FieldMeta, { readonly kind: "root" | "items" | "aggregate" | "groups" }>;

function isRead(meta: FieldMeta): meta is ReadMeta {
  return meta.kind === "root" || meta.kind === "items" || meta.kind === "aggregate" || meta.kind === "groups";
}

function isAggregated(kind: string): boolean {
  return kind === "aggregate" || kind === "groups";
}

function sizeOf(meta: ReadMeta, { limit, first, last }: Readonly<Record<string, unknown>>): number {
  if (meta.kind === "root" ? meta.reads === "item" || meta.reads === "aggregate" : meta.kind === "aggregate") return 1;
  if (meta.kind === "items" && !meta.many) return 1;
  const size = limit ?? first ?? last ?? DEFAULT_LIMIT;
  return typeof size === "number" && size > 0 ? size : DEFAULT_LIMIT;
}
