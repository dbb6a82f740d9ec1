import { excerpt, invalid, type PlinthError } from "@plinth/core";
import {
  type FieldNode,
  type GraphQLObjectType,
  getArgumentValues,
  getNamedType,
  isObjectType,
  type OperationDefinitionNode,
} from "graphql";
import { type DocumentContext, selectedFields } from "../read/collect.ts";
import { type FieldMeta, metaOf, type WriteMeta } from "../schema/field-meta.ts";
import { IntrospectionLimit } from "./introspection.ts";

/** Each list, item, aggregate and relation is a statement or two. */
const MAX_READS = 100;
/** Items that the lists would have together, if every list were as long as its limit. */
const MAX_ITEMS = 250_000;
/** How often the answer may hold a value that was read once. The bytes of what is read are bounded, but not those of its copies. */
const MAX_COPIES = 5;
const DEFAULT_LIMIT = 50;

/** What an operation may read at most. */
export interface Cost {
  readonly reads: number;
  readonly items: number;
  /** Lists, or also what may take much more time than its limits show. */
  readonly load: "list" | "bulk" | undefined;
}

export const NO_COST: Cost = { reads: 0, items: 0, load: undefined };

/** The cost of an operation, from its arguments alone. Throws where it is more than one request may cost. */
export function requireCheap(document: DocumentContext, operation: OperationDefinitionNode): Cost {
  let reads = 0;
  let items = 0;
  let load: Cost["load"];
  const introspection = new IntrospectionLimit(document);
  const copies = new Map<string, number>();
  /** `place`: identifies the read that the values come from; empty for fields above all reads. */
  const visit = (type: GraphQLObjectType, nodes: readonly FieldNode[], times: number, place: string): void => {
    const fields = type.getFields();
    for (const group of selectedFields(document, nodes)) {
      const node = group[0]!;
      const { value: name } = node.name;
      if (introspection.isAt(name)) {
        introspection.requireSmall(name, group);
        load = "bulk";
        continue;
      }
      const field = fields[name];
      const meta = metaOf(field);
      const isOwn = meta !== undefined && (isRead(meta) || meta.kind === "write");
      if (!isOwn && place !== "") requireFewCopies(copies, `${place} ${type.name} ${name}`, name);
      if (!field) continue;
      let below = times;
      if (meta && isRead(meta)) {
        if (++reads > MAX_READS) throw tooMuch(`at most ${MAX_READS} lists, items and aggregates are allowed`);
        const isAggregate = meta.kind === "root" ? isAggregated(meta.reads) : isAggregated(meta.kind);
        if (isAggregate) load = "bulk";
        else if (!(meta.kind === "root" && meta.reads === "item")) load ??= "list";
        below = times * sizeOf(meta, getArgumentValues(field, node, document.variableValues));
        items += below;
        if (items > MAX_ITEMS)
          throw tooMuch(
            `with their limits, the lists of this document may have more than ${MAX_ITEMS} items together; lower them, or write fewer items`,
          );
      } else if (meta?.kind === "write") {
        if (isByFilter(meta)) load = "bulk";
        below = writtenBy(meta, () => getArgumentValues(field, node, document.variableValues));
      }
      const result = getNamedType(field.type);
      if (isObjectType(result)) visit(result, group, below, isOwn ? `${place}/${node.loc!.start}` : place);
    }
  };
  const root = operation.operation === "query" ? document.schema.getQueryType() : document.schema.getMutationType();
  if (root) visit(root, [{ selectionSet: operation.selectionSet } as FieldNode], 1, "");
  return { reads, items, load };
}

function requireFewCopies(copies: Map<string, number>, key: string, name: string): void {
  const count = (copies.get(key) ?? 0) + 1;
  if (count > MAX_COPIES) throw tooMuch(`${excerpt(name)} of the same items is selected more than ${MAX_COPIES} times`);
  copies.set(key, count);
}

type ReadMeta = Extract<FieldMeta, { readonly kind: "root" | "items" | "aggregate" | "groups" }>;

function isRead(meta: FieldMeta): meta is ReadMeta {
  return meta.kind === "root" || meta.kind === "items" || meta.kind === "aggregate" || meta.kind === "groups";
}

function isAggregated(kind: string): boolean {
  return kind === "aggregate" || kind === "groups";
}

function isByFilter({ writes }: WriteMeta): boolean {
  return writes === "update_many" || writes === "delete_many";
}

/** How many items a write returns, below which related ones are read. */
function writtenBy({ writes }: WriteMeta, given: () => Readonly<Record<string, unknown>>): number {
  if (writes !== "create_many" && writes !== "upsert") return 1;
  const { data } = given();
  return Array.isArray(data) ? data.length : 1;
}

function sizeOf(meta: ReadMeta, { limit, first, last }: Readonly<Record<string, unknown>>): number {
  if (meta.kind === "root" ? meta.reads === "item" || meta.reads === "aggregate" : meta.kind === "aggregate") return 1;
  if (meta.kind === "items" && !meta.many) return 1;
  const size = limit ?? first ?? last ?? DEFAULT_LIMIT;
  // Less than one is refused where it is read.
  return typeof size === "number" ? Math.max(0, size) : DEFAULT_LIMIT;
}

function tooMuch(what: string): PlinthError {
  return invalid("query", what, "LIMIT_EXCEEDED");
}
