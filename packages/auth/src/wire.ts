import { withIdsForPlaceholders, withoutPlaceholders } from "@plinth/core";

/**
 * Plinth's requests and answers are spelled in snake_case, and better-auth's in camelCase. All keys are translated here, in
 * both directions: `callback_url` and `callbackURL`, `backup_codes` and `backupCodes`. Answers hold no placeholder of an address.
 */
const JSON_TYPE = /^application\/json\b/;

/** Parameters that OAuth defines, and which providers send. */
const OAUTH_CALLBACK = /^\/callback\//;

/** Answers that browsers pass to WebAuthn as they are. */
const WEBAUTHN_ANSWER = /^\/passkey\/generate-/;

/** What a browser has made by WebAuthn, in a request below this path. */
const WEBAUTHN_REQUEST = /^\/passkey\/verify-/;
const CREDENTIAL = "response";

interface AnswerForm {
  spelling(key: string): string;
  shown(text: string): string | null;
}

const FOR_CALLERS: AnswerForm = { spelling: snakeCase, shown: withoutPlaceholders };
/** The name of a passkey is a text. */
const FOR_WEBAUTHN: AnswerForm = { spelling: (key) => key, shown: withIdsForPlaceholders };

/** The request as better-auth reads it. */
export async function toLibrary(path: string, request: Request): Promise<Request> {
  if (OAUTH_CALLBACK.test(path)) return request;
  const url = new URL(request.url);
  if (url.search) {
    url.search = String(new URLSearchParams([...url.searchParams].map(([key, value]) => [camelCase(key), value])));
  }
  if (!isJson(request)) return url.search ? new Request(url, request) : request;
  const body = await request.text();
  if (body === "") return request;
  const kept = WEBAUTHN_REQUEST.test(path) ? CREDENTIAL : undefined;
  const headers = withoutLength(request);
  return new Request(url, {
    method: request.method,
    headers,
    body: JSON.stringify(translated(JSON.parse(body), camelCase, { kept })),
  });
}

/** The answer as Plinth's callers read it. */
export async function fromLibrary(path: string, response: Response): Promise<Response> {
  // A redirect says that it is JSON, and is empty.
  if (response.status === 302 || !isJson(response)) return response;
  const { spelling, shown } = WEBAUTHN_ANSWER.test(path) ? FOR_WEBAUTHN : FOR_CALLERS;
  const body = JSON.stringify(translated(await response.json(), spelling, { shown }));
  return new Response(body, { status: response.status, headers: withoutLength(response) });
}

export function snakeCase(key: string): string {
  return key.replace(/([a-z\d])([A-Z])/g, "$1_$2").toLowerCase();
}

export function camelCase(key: string): string {
  return key
    .replace(/_(url|uri)$/, (_, word: string) => word.toUpperCase())
    .replace(/_([a-z\d])/g, (_, first: string) => first.toUpperCase());
}

function translated(
  value: unknown,
  spelling: (key: string) => string,
  { kept, shown = (text) => text }: { kept?: string | undefined; shown?: (text: string) => string | null },
): unknown {
  const inner = (one: unknown) => translated(one, spelling, { shown });
  if (Array.isArray(value)) return value.map(inner);
  if (typeof value === "string") return shown(value);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [spelling(key), key === kept ? one : inner(one)]),
  );
}

function isJson({ headers }: Request | Response): boolean {
  return JSON_TYPE.test(headers.get("content-type") ?? "");
}

function withoutLength({ headers }: Request | Response): Headers {
  const kept = new Headers(headers);
  kept.delete("content-length");
  return kept;
}
