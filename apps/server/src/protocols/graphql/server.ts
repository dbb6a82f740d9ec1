import { dataErrorOf, type ErrorCode, failureOf, PlinthError } from "@plinth/core";
import { type Engine, service } from "@plinth/engine";
import {
  type ExecutionArgs,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  Kind,
  type Source,
} from "graphql";
import { createYoga, type Plugin, type YogaServerInstance } from "graphql-yoga";
import type { Context } from "hono";
import type { AppEnv } from "../../context.ts";
import { errorExtensions } from "./errors.ts";
import { type Cost, NO_COST, requireCheap } from "./limits/cost.ts";
import { DocumentCache } from "./limits/document-cache.ts";
import type { ReadContext } from "./read/context.ts";

/** What resolvers and hooks know of a request. */
export interface GraphqlRequest extends ReadContext {
  readonly c: Context<AppEnv>;
  readonly schema: GraphQLSchema;
  /** Introspection is not for this caller, nor are hints at names. */
  readonly hidesSchema: boolean;
  /** The first error in the answer. */
  refused: { readonly shown: PlinthError; readonly error: unknown } | undefined;
}

type GraphqlServer = YogaServerInstance<GraphqlRequest, object>;

/** Reads requests, and writes answers, as GraphQL over HTTP has them. Pages, CORS and limits are the server's own. */
export const graphqlServer = service("graphql", (_: Engine): GraphqlServer => {
  const documents = new DocumentCache();
  return createYoga<GraphqlRequest>({
    schema: ({ schema }) => schema,
    graphqlEndpoint: "/api/graphql",
    landingPage: false,
    graphiql: false,
    cors: false,
    multipart: false,
    logging: false,
    maskedErrors: false,
    fetchAPI: { fetch, Request, Response, Headers, ReadableStream, TextDecoder, TextEncoder, URL, URLSearchParams },
    // Ours: with bounds, and by the text's size.
    parserAndValidationCache: false,
    plugins: [hooks(documents)],
  });
});

/** Documents are ours to parse, validate and bound, and errors to word. */
function hooks(documents: DocumentCache): Plugin<object, GraphqlRequest, object> {
  return {
    onParse({ setParseFn }) {
      setParseFn((source: string | Source) => documents.parse(typeof source === "string" ? source : source.body));
    },
    onValidate({ params, setResult, context }) {
      const { schema, documentAST } = params;
      const { hidesSchema } = context as unknown as GraphqlRequest;
      setResult(documents.validate(schema, documentAST, hidesSchema) as GraphQLError[]);
    },
    onExecute({ executeFn, setExecuteFn, args }) {
      const { c } = args.contextValue as unknown as GraphqlRequest;
      const { load } = costOf(args);
      if (load) setExecuteFn((given) => c.env.admission.inSlot(c, load, async () => executeFn(given)));
    },
    onResultProcess({ result, setResult, serverContext }) {
      if (Array.isArray(result) || !("errors" in result) || !result.errors) return;
      const errors = result.errors.map((error) => shownError(serverContext, error));
      setResult({ ...result, errors });
    },
  };
}

/** What the operation that was chosen costs, with the values of its variables. */
function costOf({ schema, document, operationName, variableValues }: ExecutionArgs): Cost {
  const operation = getOperationAST(document, operationName);
  if (!operation) return NO_COST;
  const fragments: Record<string, FragmentDefinitionNode> = {};
  for (const one of document.definitions) if (one.kind === Kind.FRAGMENT_DEFINITION) fragments[one.name.value] = one;
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variableValues ?? {});
  // Executing it says what is wrong with the variables.
  return coerced ? requireCheap({ schema, fragments, variableValues: coerced }, operation) : NO_COST;
}

/** In the words of the catalogue; what nobody expected is a bare error, and logged. */
function shownError(state: GraphqlRequest, error: GraphQLError): GraphQLError {
  const shown = refusalOf(error, state.hidesSchema);
  const cause = error.originalError ?? error;
  if (!state.refused || shown.status > state.refused.shown.status) state.refused = { shown, error: cause };
  const { nodes, source, positions, path } = error;
  return new GraphQLError(shown.message, {
    ...(nodes && { nodes }),
    ...(source && { source }),
    ...(positions && { positions }),
    ...(path && { path }),
    extensions: { ...error.extensions, ...errorExtensions(shown, state.c.env.id) },
  });
}

/** What follows these words names what there is, as do many other messages. */
const NAMING = / Did you mean | on type /;
const UNSHOWN = "The document or its variables do not fit the schema, which only administrators may read here.";

function refusalOf(error: GraphQLError, hidesSchema: boolean): PlinthError {
  const { originalError } = error;
  if (originalError instanceof PlinthError) return originalError;
  const data = originalError && dataErrorOf(originalError);
  if (data) return failureOf(data) ?? new PlinthError("INTERNAL");
  if (originalError && !(originalError instanceof GraphQLError)) return new PlinthError("INTERNAL");
  const code = codeOf(error);
  return new PlinthError(code, hidesSchema ? withoutNames(error, code) : error.message);
}

/** The message for those from whom the schema is hidden: nothing in it but what they have sent. */
function withoutNames({ message, nodes }: GraphQLError, code: ErrorCode): string {
  if (code === "UNKNOWN_FIELD") return `${message.split(NAMING, 1)[0]!.replace(/\.$/, "")}.`;
  return code === "BAD_REQUEST" || !nodes || message.startsWith("GraphQL introspection") ? message : UNSHOWN;
}

function codeOf({ message, extensions }: GraphQLError): ErrorCode {
  if (/^Syntax Error/.test(message) || extensions.code === "GRAPHQL_PARSE_FAILED") return "BAD_REQUEST";
  return /^Cannot query field/.test(message) ? "UNKNOWN_FIELD" : "VALIDATION";
}
