import { excerpt, invalid, type PlinthError } from "@plinth/core";
import { __Schema, __Type, type FieldNode, type GraphQLObjectType, getNamedType, isObjectType } from "graphql";
import { type DocumentContext, selectedFields } from "../read/collect.ts";

const ROOTS: Readonly<Record<string, { readonly type: GraphQLObjectType; readonly most: number }>> = {
  __schema: { type: __Schema, most: 1 },
  __type: { type: __Type, most: 5 },
};

/** Lists that may be as long as the schema; within each other they multiply. */
const LONG_LISTS: ReadonlySet<string> = new Set(["types", "fields", "inputFields", "interfaces", "possibleTypes"]);
const MAX_NESTED_LISTS = 2;

/**
 * Bounds the introspection of an operation. It asks no database, but is executed without a pause: each field may be
 * selected once on its level, and long lists are nested as usual clients need it.
 */
export class IntrospectionLimit {
  readonly #seen = new Map<string, number>();

  constructor(private readonly document: DocumentContext) {}

  /** Whether a field of an operation is introspection. */
  isAt(name: string): boolean {
    return Object.hasOwn(ROOTS, name);
  }

  requireSmall(name: string, nodes: readonly FieldNode[]): void {
    const { type, most } = ROOTS[name]!;
    const count = (this.#seen.get(name) ?? 0) + 1;
    if (count > most) throw tooMuch(`${name} may be selected at most ${most === 1 ? "once" : `${most} times`}`);
    this.#seen.set(name, count);
    this.#visit(type, nodes, 0);
  }

  #visit(type: GraphQLObjectType, nodes: readonly FieldNode[], lists: number): void {
    const seen = new Set<string>();
    const fields = type.getFields();
    for (const group of selectedFields(this.document, nodes)) {
      const { value: name } = group[0]!.name;
      if (seen.has(name)) throw tooMuch(`in introspection, ${excerpt(name)} may be selected once on a level`);
      seen.add(name);
      const field = fields[name];
      const result = field && getNamedType(field.type);
      if (!isObjectType(result)) continue;
      const nested = lists + (LONG_LISTS.has(name) ? 1 : 0);
      if (nested > MAX_NESTED_LISTS)
        throw tooMuch(`in introspection, at most ${MAX_NESTED_LISTS} lists of types and fields may be nested`);
      this.#visit(result, group, nested);
    }
  }
}

function tooMuch(what: string): PlinthError {
  return invalid("query", what, "LIMIT_EXCEEDED");
}
