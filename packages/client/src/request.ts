import { type ClientOptions, PlinthClientError } from "./types.ts";

/** The content of a request; `raw` is sent as it is, in place of a JSON `body`. */
export interface RequestContent {
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly accept?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
  readonly raw?: BodyInit;
  readonly signal?: AbortSignal;
  /** Sends it by another `fetch` than the client's, which is made from that one. */
  readonly wrapFetch?: (fetch: typeof globalThis.fetch) => typeof globalThis.fetch;
}

/** Names who sees, where it is not the caller. */
export const VIEW_AS = "x-plinth-view-as";

/** Sends a request as one caller. */
export type Ask = (path: string, content: RequestContent, method?: string) => Promise<Response>;

/** A request to the server with the caller's credentials. Throws the server's refusals, and `UNREACHABLE`. */
export async function send(
  options: ClientOptions,
  path: string,
  init: RequestContent,
  method = init.body === undefined ? "GET" : "POST",
): Promise<Response> {
  const content = init.body === undefined ? init.raw : jsonText(init.body);
  const address = addressOf(options, path);
  try {
    const response = await answerTo(options, address, { ...init, content }, method);
    // 304 says that the caller has the content: it has asked by `if-none-match`.
    if (response.ok || response.status === 304) return response;
    throw isRedirect(response) ? redirected(response) : await refusalOf(response);
  } catch (error) {
    throw error instanceof PlinthClientError ? error : unreachable(error);
  }
}

async function answerTo(
  options: ClientOptions,
  address: URL,
  init: RequestContent & { readonly content: BodyInit | undefined },
  method: string,
): Promise<Response> {
  const { key, tokens, credentials } = options;
  const { query = {}, accept = "application/json", body, content, signal, wrapFetch } = init;
  const own = options.fetch ?? globalThis.fetch;
  const fetch = wrapFetch ? wrapFetch(own) : own;
  for (const [name, value] of Object.entries(query)) if (value !== undefined) address.searchParams.append(name, value);
  const bearer = await bearerOf(options);
  const headers: Record<string, string> = { ...init.headers, accept };
  if (key !== undefined) headers["x-api-key"] = key;
  if (bearer !== undefined) headers.authorization = `Bearer ${bearer}`;
  if (body !== undefined) headers["content-type"] = "application/json";
  const ask = (): Promise<Response> =>
    fetch(address, {
      method,
      headers,
      cache: "no-store",
      // Followed, a write would become a read, and another server would get the key.
      redirect: "manual",
      ...(signal && { signal }),
      ...(credentials && { credentials }),
      ...(content !== undefined && { body: content }),
      ...(isStream(content) && { duplex: "half" }),
    });
  const response = await ask();
  if (response.status !== 401 || !tokens || bearer === undefined || isStream(content)) return response;
  if (headers[VIEW_AS] !== undefined && (await isOfAnother(response.clone()))) return response;
  const next = await tokens.renew(bearer);
  if (next === undefined || next === bearer) return response;
  await response.body?.cancel();
  headers.authorization = `Bearer ${next}`;
  return ask();
}

/** Whoever the caller sees as needs to sign in; the caller's own token is good. */
async function isOfAnother(refused: Response): Promise<boolean> {
  return (await refusalOf(refused)).code === "UNAUTHORIZED";
}

function isRedirect({ type, status }: Response): boolean {
  return type === "opaqueredirect" || (status >= 300 && status < 400);
}

/** Browsers do not say where to. */
function redirected({ headers, status }: Response): PlinthClientError {
  const to = headers.get("location");
  const message = `The server redirects${to === null ? "" : ` to ${to}`}: give createClient the address that it leads to.`;
  return new PlinthClientError("REDIRECTED", message, status);
}

/** JSON has no such numbers, and would hold null in their place. */
export function jsonText(body: object): string {
  return JSON.stringify(body, (name, value: unknown) => {
    if (typeof value !== "number" || Number.isFinite(value)) return value;
    throw new TypeError(`${name}: expected a number that JSON can hold, got ${value}`);
  });
}

/** A stream as a body can be sent once only. */
export function isStream(body: unknown): boolean {
  return typeof ReadableStream !== "undefined" && body instanceof ReadableStream;
}

/** The user's token. */
export async function bearerOf({ token, tokens }: ClientOptions): Promise<string | undefined> {
  if (tokens) return tokens.current();
  return typeof token === "function" ? token() : token;
}

/** A URL takes it for a step to another place, also where it is encoded. */
const STEP = /^(?:\.|%2e){1,2}$/i;

/** Throws for a path that a URL would lead elsewhere: an id from outside may be `..` or hold `/../`. */
export function addressOf(
  { url, workspace, operator }: Pick<ClientOptions, "url" | "workspace" | "operator">,
  path: string,
): URL {
  const within = workspace === undefined ? "" : `t/${encodeURIComponent(workspace)}/`;
  const named = path.replace(/^api\//, `api/${operator ? "operator/" : ""}${within}`);
  const [place = ""] = named.split(/[?#]/, 1);
  if (place.split(/[/\\]/).some((part) => STEP.test(part)))
    throw new TypeError(`${named}: no part of a path may be . or ..`);
  return new URL(named, url.endsWith("/") ? url : `${url}/`);
}

export function unreachable(cause: unknown): PlinthClientError {
  return new PlinthClientError("UNREACHABLE", "The server could not be reached.", 0, { cause });
}

/** Answers before or beside Plinth's own. */
const UNEXPECTED: Readonly<Record<number, string>> = {
  413: "The body is too large for a proxy in front of the server (413).",
  431: "The address is too long for the server (431): shorten the query.",
};

interface Refusal {
  readonly code: string;
  readonly details?: object;
}

/** Plinth's form, or GraphQL's. */
interface RefusedBody {
  readonly error?: Refusal & { readonly message: string };
  readonly errors?: readonly { readonly message: string; readonly extensions: Refusal }[];
}

function errorIn({ error, errors }: RefusedBody): Refusal & { readonly message: string } {
  if (error) return error;
  const { message, extensions } = errors![0]!;
  return { message, ...extensions };
}

export async function refusalOf(response: Response): Promise<PlinthClientError> {
  const { status, headers } = response;
  const retryAfter = secondsIn(headers.get("retry-after"));
  const text = await response.text();
  try {
    const error = errorIn(JSON.parse(text) as RefusedBody);
    const requestId = headers.get("x-request-id") ?? undefined;
    return new PlinthClientError(error.code, error.message, status, {
      details: error.details as never,
      retryAfter,
      requestId,
    });
  } catch {
    return new PlinthClientError("UNKNOWN", UNEXPECTED[status] ?? `The server answered ${status}.`, status, {
      retryAfter,
    });
  }
}

/** Of a header that holds seconds, or a time. */
function secondsIn(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}
