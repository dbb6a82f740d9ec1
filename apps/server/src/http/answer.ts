import { limitHeaders } from "@plinth/core";
import type { Context } from "hono";
import type { AppEnv, RequestState } from "../context.ts";

/** The content type of JSON as RFC 8259 registers it: it has no charset. */
export const JSON_TYPE = "application/json";

/**
 * The answer with a JSON body. `Response.json` instead of a text: engines serialise straight into the bytes to send.
 */
export function json({ env }: Context<AppEnv>, body: unknown, status = 200, more?: AnswerHeaders): Response {
  const headers = headersOf(env);
  headers["content-type"] = JSON_TYPE;
  return finished(env, Response.json(body, { status, headers: withMore(headers, more) }));
}

/** An answer with any other body. */
export function answer(
  { env }: Context<AppEnv>,
  body: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | Blob | null,
  status: number,
  more: AnswerHeaders,
): Response {
  return finished(env, new Response(body, { status, headers: withMore(headersOf(env), more) }));
}

/** The headers of an answer to a read, by whether it is secure and has a tag. */
const READ_HEADERS: (Headers | undefined)[] = [];

/**
 * The same for a text of JSON with an entity tag or none. A response copies headers that exist in half of the time that
 * it takes to check and convert those of an object, so they are kept, and only what differs is set.
 */
export function jsonAnswer(c: Context<AppEnv>, text: string, status: number, tag: string | undefined): Response {
  const { env } = c;
  // These differ from request to request, and what is kept must not have them.
  if (env.limit || env.corsHeaders)
    return answer(c, text, status, { ...(tag !== undefined && { etag: tag }), "content-type": JSON_TYPE });
  const kind = (env.secure ? 1 : 0) + (tag === undefined ? 0 : 2);
  READ_HEADERS[kind] ??= new Headers({ ...headersOf(env), "content-type": JSON_TYPE });
  const headers = READ_HEADERS[kind];
  headers.set("x-request-id", env.id);
  if (tag !== undefined) headers.set("etag", tag);
  return finished(env, new Response(text, { status, headers }));
}

export type AnswerHeaders = Readonly<Record<string, string>>;

/**
 * What every answer has, given where it is made: changing the headers of a response that exists costs a third of a read
 * by id, and copying them from object to object a tenth.
 */
function headersOf({ id, secure, limit, corsHeaders }: RequestState): Record<string, string> {
  const headers: Record<string, string> = {
    "x-request-id": id,
    "x-content-type-options": "nosniff",
    // Pages of other origins may read an answer by CORS, but not embed it.
    "cross-origin-resource-policy": "same-origin",
    // Answers depend on the caller; a cacheable one sets the header itself.
    "cache-control": "no-store",
  };
  // Browsers use https for the next year, whatever a link says (RFC 6797).
  if (secure) headers["strict-transport-security"] = "max-age=31536000";
  if (limit) Object.assign(headers, limitHeaders(limit));
  if (corsHeaders) Object.assign(headers, corsHeaders);
  return headers;
}

function withMore(headers: Record<string, string>, more: AnswerHeaders | undefined): Record<string, string> {
  for (const name in more) headers[name] = more[name]!;
  return headers;
}

function finished(env: RequestState, response: Response): Response {
  env.complete = response;
  return response;
}

/** The same headers for a response that was made elsewhere. */
export function completed(response: Response, state: RequestState): Response {
  if (response === state.complete) return response;
  const { headers } = response;
  const own = headersOf(state);
  for (const name in own) if (name === "x-request-id" || !headers.has(name)) headers.set(name, own[name]!);
  return response;
}
