import { type Json, PlinthError } from "@plinth/core";
import { NATIVE } from "../../http/native.ts";

/** The error that refused a part of a document, with the answer, which may have the other parts. */
export class AnsweredError extends PlinthError {
  constructor(
    { code, message, details }: PlinthError,
    readonly answer: Response,
    cause: unknown,
  ) {
    super(code, message, details, { cause });
  }
}

/** What clients read of an error: the catalogue's code and details, beside GraphQL's own message, path and locations. */
export function errorExtensions({ code, details }: PlinthError, requestId: string): { [key: string]: Json } {
  return { code, ...(details && { details: details as Json }), request_id: requestId };
}

const RESULT_TYPE = "application/graphql-response+json";

/** A request that was refused before its document was read. */
export function graphqlErrorResponse(error: PlinthError, requestId: string, request: Request): Response {
  if (error instanceof AnsweredError) return error.answer;
  const native = NATIVE.errorResponse(error, requestId, request);
  const errors = [{ message: error.message, extensions: errorExtensions(error, requestId) }];
  const headers = new Headers(native.headers);
  headers.set("content-type", request.headers.get("accept")?.includes(RESULT_TYPE) ? RESULT_TYPE : "application/json");
  return new Response(JSON.stringify({ errors }), { status: native.status, headers });
}
