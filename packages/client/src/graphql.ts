import type { RequestContent } from "./request.ts";
import { PlinthClientError } from "./types.ts";

/** One error of an answer: the field that it belongs to, and the code of Plinth's catalogue. */
export interface GraphqlError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: { readonly code?: string; readonly details?: object; readonly request_id?: string };
}

/** A document that knows its result and its variables, as code generators write it. Only its types are used. */
export interface TypedDocument<Result, Variables> {
  /** Holds the types; no document has it. */
  readonly __types?: (variables: Variables) => Result;
  toString(): string;
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

/** Runs a document of GraphQL. Throws a `PlinthGraphqlError` where a part of it is refused. */
export type Graphql = <Result = Record<string, unknown>, Variables extends object = Record<string, unknown>>(
  document: string | TypedDocument<Result, Variables>,
  variables?: Variables,
  options?: { readonly operationName?: string | undefined; readonly signal?: AbortSignal | undefined },
) => Promise<Result>;

type Ask = (path: string, content: RequestContent & { readonly method?: string }) => Promise<Response>;

export function graphqlOf(ask: Ask): Graphql {
  return async <Result>(
    document: string | TypedDocument<Result, never>,
    variables: object = {},
    { operationName, signal }: { operationName?: string | undefined; signal?: AbortSignal | undefined } = {},
  ) => {
    const body = { query: String(document), variables, ...(operationName !== undefined && { operationName }) };
    // With this type, a document that is refused as a whole is answered with 200 as well, and its errors.
    const answer = await ask("api/graphql", { body, ...(signal && { signal }) });
    const { data, errors } = (await answer.json()) as { data?: Result | null; errors?: readonly GraphqlError[] };
    if (errors || data === undefined || data === null)
      throw new PlinthGraphqlError(errors ?? [], data ?? null, answer.status);
    return data;
  };
}
