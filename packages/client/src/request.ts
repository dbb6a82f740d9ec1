import { type ClientOptions, PlinthClientError } from "./types.ts";

/** A request to the server with the caller's credentials. Throws the server's refusals. */
export async function send(
  options: ClientOptions,
  path: string,
  init: {
    query?: Readonly<Record<string, string | undefined>>;
    accept: string;
    headers?: Readonly<Record<string, string>>;
    body?: object;
    signal?: AbortSignal;
  },
  method = init.body === undefined ? "GET" : "POST",
): Promise<Response> {
  const { key, tokens, credentials, fetch = globalThis.fetch } = options;
  const { query = {}, accept, body, signal } = init;
  const address = addressOf(options, path);
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
      ...(signal && { signal }),
      ...(credentials && { credentials }),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  let response = await ask();
  if (response.status === 401 && tokens && bearer !== undefined) {
    const next = await tokens.renew(bearer);
    if (next !== undefined && next !== bearer) {
      await response.body?.cancel();
      headers.authorization = `Bearer ${next}`;
      response = await ask();
    }
  }
  if (response.ok) return response;
  throw refusalIn(await response.text(), response.status);
}

/** The user's token. */
export async function bearerOf({ token, tokens }: ClientOptions): Promise<string | undefined> {
  if (tokens) return tokens.current();
  return typeof token === "function" ? token() : token;
}

export function addressOf({ url, workspace }: Pick<ClientOptions, "url" | "workspace">, path: string): URL {
  const named = workspace === undefined ? path : path.replace(/^api\//, `api/t/${encodeURIComponent(workspace)}/`);
  return new URL(named, url.endsWith("/") ? url : `${url}/`);
}

export function refusalIn(text: string, status: number): PlinthClientError {
  try {
    const { error } = JSON.parse(text) as { error: { code: string; message: string; details?: object } };
    return new PlinthClientError(error.code, error.message, status, error.details as never);
  } catch {
    return new PlinthClientError("UNKNOWN", `The server answered ${status}.`, status);
  }
}
