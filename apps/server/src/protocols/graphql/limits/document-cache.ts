import { Lru } from "@plinth/engine";
import {
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  NoSchemaIntrospectionCustomRule,
  specifiedRules,
  validate,
} from "graphql";
import { parseDocument } from "./document.ts";

/** Programs send the same few documents again and again. Longer ones are rare, and would take too much memory. */
const MAX_DOCUMENTS = 500;
const MAX_CACHED_CHARS = 8000;
const MAX_ERRORS = 20;
const HIDING_RULES = [...specifiedRules, NoSchemaIntrospectionCustomRule];

/** Documents that were parsed, and those that are valid for a schema. */
export class DocumentCache {
  readonly #parsed = new Lru<string, DocumentNode>(MAX_DOCUMENTS);
  readonly #valid = new WeakMap<GraphQLSchema, WeakSet<DocumentNode>>();

  parse(text: string): DocumentNode {
    const known = this.#parsed.get(text);
    if (known) return known;
    const document = parseDocument(text);
    if (text.length <= MAX_CACHED_CHARS) this.#parsed.set(text, document);
    return document;
  }

  /** Rights decide which schema a caller has, and whether it may be read: a schema is hidden from all that have it, or none. */
  validate(schema: GraphQLSchema, document: DocumentNode, hidesSchema: boolean): readonly GraphQLError[] {
    let valid = this.#valid.get(schema);
    if (valid?.has(document)) return [];
    const errors = validate(schema, document, hidesSchema ? HIDING_RULES : specifiedRules, { maxErrors: MAX_ERRORS });
    if (errors.length > 0) return errors;
    valid ??= new WeakSet();
    valid.add(document);
    this.#valid.set(schema, valid);
    return [];
  }
}
