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

/** Programs send the same few documents again and again. */
const MAX_BYTES = 16 * 1024 ** 2;
/** A parsed document keeps its text, and each token with its place and the node that it is part of. */
const BYTES_PER_TOKEN = 250;
const BYTES_PER_CHAR = 2;
const MAX_ERRORS = 20;
const HIDING_RULES = [...specifiedRules, NoSchemaIntrospectionCustomRule];

interface KeptDocument {
  readonly document: DocumentNode;
  readonly bytes: number;
}

/** Documents that were parsed, and those that are valid for a schema. */
export class DocumentCache {
  /** By their texts. Anyone can send what is not valid, so that is not kept. */
  readonly #parsed = new Lru<string, KeptDocument>(MAX_BYTES, ({ bytes }) => bytes);
  readonly #valid = new WeakMap<GraphQLSchema, WeakSet<DocumentNode>>();

  parse(text: string): DocumentNode {
    return this.#parsed.get(text)?.document ?? parseDocument(text);
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
    this.#keep(document);
    return [];
  }
  #keep(document: DocumentNode): void {
    const { source, startToken } = document.loc!;
    if (this.#parsed.get(source.body)) return;
    let tokens = 0;
    for (let token = startToken.next; token; token = token.next) tokens++;
    const bytes = tokens * BYTES_PER_TOKEN + source.body.length * BYTES_PER_CHAR;
    this.#parsed.set(source.body, { document, bytes });
  }
}
