import type { Context } from "hono";
import type { AppEnv, RequestState } from "../context.ts";

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
function headersOf({ env }: Context<AppEnv>): AnswerHeaders {
  return { "x-request-id": env.id, ...(env.secure ? OVER_HTTPS : FIXED) };
}

const FIXED: AnswerHeaders = {
  "x-content-type-options": "nosniff",
  // Pages of other origins may read an answer by CORS, but not embed it.
  "cross-origin-resource-policy": "same-origin",
  // Answers depend on the caller; a cacheable one sets the header itself.
  "cache-control": "no-store",
};

/** Browsers use https for the next year, whatever a link says (RFC 6797). */
const OVER_HTTPS: AnswerHeaders = { ...FIXED, "strict-transport-security": "max-age=31536000" };

function finished(response: Response): Response {
  complete.add(response);
  return response;
}

/** The same headers for a response that was made elsewhere. */
export function completed(response: Response, { id, secure }: RequestState): Response {
  if (complete.has(response)) return response;
  const { headers } = response;
  headers.set("x-request-id", id);
  for (const [name, value] of Object.entries(secure ? OVER_HTTPS : FIXED))
    if (!headers.has(name)) headers.set(name, value);
  return response;
}
