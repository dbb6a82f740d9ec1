import { excerpt, invalid, type PlinthError } from "@plinth/core";
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  Lexer,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
  Source,
  TokenKind,
} from "graphql";

/**
 * What a document may be before anything is looked up in the schema. Validation compares fields with each other, so these bounds also
 * bound its time.
 */
const MAX_CHARS = 100_000;
const MAX_TOKENS = 10_000;
/** Brackets of any kind within each other: twice as many as the deepest filter has. Parsing them uses recursion. */
const MAX_NESTED_BRACKETS = 150;
/** Levels of fields, from the operation down; the introspection of usual clients has 14. */
const MAX_DEPTH = 16;
/** Fields, with fragments in place. */
const MAX_FIELDS = 1000;
/** How often one level may have a field under the same name; each pair of them is compared. */
const MAX_REPEATED = 20;
/** Fields of an operation itself. */
const MAX_ROOT_FIELDS = 50;

/** Throws the catalogue's errors for documents that are too large, and GraphQL's for those that are none. */
export function parseDocument(text: string): DocumentNode {
  if (text.length > MAX_CHARS) throw tooMuch(`a document may have at most ${MAX_CHARS} characters`);
  requireShallow(text);
  const document = parse(text);
  const fragments = new Map(
    document.definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one]] : [])),
  );
  for (const definition of document.definitions)
    if (definition.kind === Kind.OPERATION_DEFINITION) requireSmall(definition, fragments);
  for (const fragment of fragments.values()) requireSmall(fragment, fragments);
  return document;
}

const OPENING: ReadonlySet<TokenKind> = new Set([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L]);
const CLOSING: ReadonlySet<TokenKind> = new Set([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R]);

function requireShallow(text: string): void {
  const lexer = new Lexer(new Source(text));
  let tokens = 0;
  let depth = 0;
  for (let { kind } = lexer.advance(); kind !== TokenKind.EOF; { kind } = lexer.advance()) {
    if (++tokens > MAX_TOKENS) throw tooMuch(`a document may have at most ${MAX_TOKENS} tokens`);
    if (CLOSING.has(kind)) depth--;
    else if (OPENING.has(kind) && ++depth > MAX_NESTED_BRACKETS)
      throw tooMuch(`brackets may be nested at most ${MAX_NESTED_BRACKETS} levels deep`);
  }
}

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

function requireSmall(
  { kind, selectionSet }: OperationDefinitionNode | FragmentDefinitionNode,
  fragments: Fragments,
): void {
  let fields = 0;
  const visit = (
    set: SelectionSetNode,
    depth: number,
    within: readonly string[],
    counts: Map<string, number>,
  ): void => {
    if (depth > MAX_DEPTH) throw tooMuch(`fields may be nested at most ${MAX_DEPTH} levels deep`);
    for (const node of set.selections) {
      // Fragments count too: some hold nothing but others.
      if (++fields > MAX_FIELDS) throw tooMuch(`at most ${MAX_FIELDS} fields are allowed, fragments included`);
      if (node.kind === Kind.FIELD) {
        const name = (node.alias ?? node.name).value;
        const times = (counts.get(name) ?? 0) + 1;
        if (times > MAX_REPEATED)
          throw tooMuch(`${excerpt(name)} is selected more than ${MAX_REPEATED} times on one level`);
        counts.set(name, times);
        if (node.selectionSet) visit(node.selectionSet, depth + 1, within, new Map());
      } else if (node.kind === Kind.INLINE_FRAGMENT) visit(node.selectionSet, depth, within, counts);
      else {
        const { value: name } = node.name;
        if (within.includes(name)) throw invalid("query", `the fragment ${excerpt(name)} contains itself`);
        const fragment = fragments.get(name);
        if (within.length > MAX_DEPTH) throw tooMuch(`fragments may be nested at most ${MAX_DEPTH} levels deep`);
        if (fragment) visit(fragment.selectionSet, depth, [...within, name], counts);
      }
    }
  };
  const root = new Map<string, number>();
  visit(selectionSet, 1, [], root);
  if (kind === Kind.OPERATION_DEFINITION && root.size > MAX_ROOT_FIELDS)
    throw tooMuch(`an operation may have at most ${MAX_ROOT_FIELDS} fields`);
}

function tooMuch(what: string): PlinthError {
  return invalid("query", what, "LIMIT_EXCEEDED");
}
