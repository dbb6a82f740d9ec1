import type { Context } from "hono";
import type { AppEnv } from "../context.ts";

/** The content type of JSON as RFC 8259 registers it: it has no charset. */
const JSON_TYPE = { "content-type": "application/json" };

/** Responses that have the headers of every answer. */
const complete = new WeakSet<Response>();

/**
 * The answer with a JSON body. `Response.json` instead of a text: engines serialise straight into the bytes to send.
 */
export function json(c: Context<AppEnv>, body: unknown, status = 200, headers?: AnswerHeaders): Response {
  return finished(Response.json(body, { status, headers: { ...headersOf(c), ...JSON_TYPE, ...headers } }));
}

/** An answer with any other body. */
export function answer(c: Context<AppEnv>, body: string | null, status: number, headers: AnswerHeaders): Response {
  return finished(new Response(body, { status, headers: { ...headersOf(c), ...headers } }));
}

type AnswerHeaders = Readonly<Record<string, string>>;

/**
 * What every answer has, given where it is made: changing the headers of a response that exists costs a third of a read
 * by id.
 */
function headersOf(c: Context<AppEnv>): AnswerHeaders {
  return {
    "x-request-id": c.env.id,
    "x-content-type-options": "nosniff",
    // Answers depend on the caller; a cacheable one sets the header itself.
    "cache-control": "no-store",
  };
}

function finished(response: Response): Response {
  complete.add(response);
  return response;
}

/** The same headers for a response that was made elsewhere. */
export function completed(response: Response, requestId: string): Response {
  if (complete.has(response)) return response;
  const { headers } = response;
  headers.set("x-request-id", requestId);
  headers.set("x-content-type-options", "nosniff");
  if (!headers.has("cache-control")) headers.set("cache-control", "no-store");
  return response;
}
