import type { RequestContent } from "./request.ts";
import { PlinthClientError } from "./types.ts";

/** One error of an answer: the field that it belongs to, and the code of Plinth's catalogue. */
export interface GraphqlError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: { readonly code?: string; readonly details?: object; readonly request_id?: string };
}

/** What code generators note of a document: the types of its result and of its variables. No document holds it. */
interface DocumentTypes<Result, Variables> {
  readonly __apiType?: (variables: Variables) => Result;
}

/** A document of code generators that is a text, such as `TypedDocumentString`. */
export interface TypedDocument<Result, Variables> extends DocumentTypes<Result, Variables> {
  toString(): string;
  /** A tree has it. Trees must be printed. */
  readonly kind?: undefined;
}

/** A document of code generators that is a tree, such as `TypedDocumentNode`. */
export interface ParsedDocument<Result, Variables> extends DocumentTypes<Result, Variables> {
  readonly kind: string;
  readonly definitions: readonly unknown[];
}

/** A part of the document was refused. `data` has the other parts. */
export class PlinthGraphqlError extends PlinthClientError {
  readonly errors: readonly GraphqlError[];
  readonly data: unknown;
  // Written out, so that runtimes that only strip types can run this file.
  constructor(errors: readonly GraphqlError[], data: unknown, status: number) {
    const { message = "The server sent no result.", extensions = {} } = errors[0] ?? {};
    super(extensions.code ?? "INTERNAL", message, status, {
      details: extensions.details as PlinthClientError["details"],
      requestId: extensions.request_id,
    });
    this.errors = errors;
    this.data = data;
  }
}

interface GraphqlOptions {
  readonly operationName?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Writes a tree as a text: `print` of the package `graphql`. */
interface Printing {
  readonly print: (document: never) => string;
}

/** Variables may be left out where the document needs none. */
type Given<Variables, Options> =
  Record<string, never> extends Variables
    ? [variables?: Variables, options?: Options]
    : [variables: Variables, options?: Options];

/** Runs a document of GraphQL. Throws a `PlinthGraphqlError` where a part of it is refused. */
export interface Graphql {
  <Result = Record<string, unknown>, Variables extends object = object>(
    document: string | TypedDocument<Result, Variables>,
    ...given: Given<Variables, GraphqlOptions>
  ): Promise<Result>;
  /** Of a tree: with `print` of the package `graphql`, which this package does not bring. */
  <Result, Variables extends object>(
    document: ParsedDocument<Result, Variables>,
    variables: Variables,
    options: GraphqlOptions & Printing,
  ): Promise<Result>;
}

type Ask = (path: string, content: RequestContent & { readonly method?: string }) => Promise<Response>;

export function graphqlOf(ask: Ask): Graphql {
  return async <Result>(
    document: string | TypedDocument<Result, never> | ParsedDocument<Result, never>,
    variables: object = {},
    { operationName, signal, print }: GraphqlOptions & Partial<Printing> = {},
  ) => {
    const query = textOf(document, print);
    const body = { query, variables, ...(operationName !== undefined && { operationName }) };
    // With this type, a document that is refused as a whole is answered with 200 as well, and its errors.
    const answer = await ask("api/graphql", { body, ...(signal && { signal }) });
    const { data, errors } = (await answer.json()) as { data?: Result | null; errors?: readonly GraphqlError[] };
    if (errors || data === undefined || data === null)
      throw new PlinthGraphqlError(errors ?? [], data ?? null, answer.status);
    return data;
  };
}

function textOf(
  document: string | TypedDocument<unknown, never> | ParsedDocument<unknown, never>,
  print: Printing["print"] | undefined,
): string {
  if (typeof document === "string" || document.kind === undefined) return String(document);
  if (print) return print(document as never);
  throw new TypeError("This document is a tree. Give the function print of the package graphql with the options.");
}
