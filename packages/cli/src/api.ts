import type { CollectionDefinition, ErrorCode } from "@plinth/core";
import type { ImportResult } from "@plinth/formats";
import { ApiError, CliError, UnreachableError } from "./errors.ts";
import { printableLines } from "./table.ts";
import { readUndone, type UndoBody, type Undone } from "./undone.ts";

/** The part of Plinth's HTTP API that the commands use. */
export interface Api {
  readonly url: string;
  getCollection(slug: string): Promise<ExistingCollection>;
  createCollection(definition: CollectionDefinition, key: string): Promise<Keyed<ExistingCollection>>;
  importPart(
    slug: string,
    query: Record<string, string>,
    body: Uint8Array<ArrayBuffer>,
    key: string,
  ): Promise<Keyed<ImportResult>>;
  exportFile(slug: string, query: Record<string, string>): Promise<ReadableStream<Uint8Array>>;
  /** A file of any size. */
  download(path: string): Promise<ReadableStream<Uint8Array>>;
  /** Stores a file; sent again where no answer came, except with a condition that the first request may have made false. */
  putFile(path: string, file: Blob, headers: Readonly<Record<string, string>>): Promise<Record<string, unknown>>;
  /** One request, sent once, whose answer is wanted as it is. */
  send(path: string, init: RequestInit): Promise<Response>;
  /** One request, sent once, of whose answer the headers are wanted. */
  ask(path: string, init: RequestInit): Promise<Headers>;
  /** Takes back what requests have changed. `onProgress` counts the items that are done. */
  undo(body: UndoBody, onProgress: (items: number) => void): Promise<Undone>;
  /** Any other request, sent once. */
  manage(method: string, path: string, body: Record<string, unknown> | undefined): Promise<ApiAnswer>;
}

export interface ApiAnswer {
  readonly data: Record<string, unknown> | Record<string, unknown>[];
  readonly next_cursor?: string | null;
}

export type ExistingCollection = CollectionDefinition & { readonly id: string };

/** The answer to a write with an idempotency key. */
export interface Keyed<T> {
  readonly data: T;
  /** An earlier request with the key did the work. */
  readonly replayed: boolean;
  /** The request that did it, as the change log names it. */
  readonly requestId: string | null;
}

/** For half a minute: after a server dies, a part's key stays locked for 15 seconds. */
const RETRIES = 6;
const RETRY_MS = 500;

export function connect(options: {
  url: string;
  key: string | undefined;
  token?: string;
  workspace?: string | undefined;
  /** As whom an administrator looks. */
  viewAs?: string | undefined;
  /** What to do about credentials that the server refuses. */
  hint?: string;
}): Api {
  const url = options.url.replace(/\/+$/, "");
  if (!URL.canParse(url) || !/^https?:/.test(url))
    throw new CliError(`${options.url} is not a valid address; expected one such as http://127.0.0.1:8787.`);
  const { key, token, workspace, viewAs } = options;
  const hint =
    options.hint ?? (key || token ? "" : "Sign in with plinth login, or give a key with --key or PLINTH_KEY.");
  const headers: Record<string, string> = {
    ...(key && { "x-api-key": key }),
    ...(token && { authorization: `Bearer ${token}` }),
    ...(workspace && { "x-plinth-workspace": workspace }),
    ...(viewAs !== undefined && { "x-plinth-view-as": viewAs }),
  };

  async function request(path: string, init: RequestInit = {}): Promise<Response> {
    let response: Response;
    try {
      // A key, or a password, is for the server that was named, and for none that it names.
      response = await fetch(url + path, { ...init, redirect: "manual", headers: { ...headers, ...init.headers } });
    } catch (error) {
      throw unreachable(url, error);
    }
    if (response.status >= 300 && response.status < 400) throw redirected(url, response);
    if (!response.ok) throw await refusal(url, response, hint);
    return response;
  }

  const dataOf = async <T>(response: Response): Promise<T> => {
    const text = await response.text().catch((error: unknown) => {
      throw unreachable(url, error);
    });
    return (JSON.parse(text) as { data: T }).data;
  };
  /** Retries; the key makes the write happen once. */
  const write = <T>(path: string, key: string, init: RequestInit): Promise<Keyed<T>> =>
    patiently(async () => {
      const headers = { ...init.headers, "idempotency-key": `"${key}"` };
      const response = await request(path, { ...init, method: "POST", headers });
      const replayed = response.headers.has("idempotency-replayed");
      return { data: await dataOf<T>(response), replayed, requestId: response.headers.get("x-request-id") };
    });
  // As a page reads by a script: the bytes come from this server, and not by a redirect.
  const download = async (path: string) => (await request(path, { headers: { "sec-fetch-mode": "cors" } })).body!;
  const items = (slug: string) => `/api/items/${encodeURIComponent(slug)}`;

  return {
    url,
    getCollection: async (slug) => dataOf(await request(`/api/collections/${encodeURIComponent(slug)}`)),
    createCollection(definition, key) {
      const body = JSON.stringify(definition);
      return write("/api/collections", key, { body, headers: { "content-type": "application/json" } });
    },
    importPart: (slug, query, body, key) => write(`${items(slug)}/import?${new URLSearchParams(query)}`, key, { body }),
    exportFile: (slug, query) => download(`${items(slug)}/export?${new URLSearchParams(query)}`),
    download,
    putFile(path, file, headers) {
      const send = async () =>
        dataOf<Record<string, unknown>>(await request(path, { method: "PUT", body: file, headers }));
      return headers["if-none-match"] === undefined ? patiently(send) : send();
    },
    send: request,
    ask: async (path, init) => (await request(path, init)).headers,
    undo(body, onProgress) {
      const key = crypto.randomUUID();
      const content = {
        method: "POST",
        body: JSON.stringify(body),
        headers: { "content-type": "application/json", "idempotency-key": `"${key}"`, accept: "application/x-ndjson" },
      };
      return patiently(async () => readUndone(await request("/api/changes/undo", content), url, onProgress));
    },
    async manage(method, path, body) {
      const json = body && { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
      return (await (await request(path, { method, ...json })).json()) as ApiAnswer;
    },
  };
}

/** Retries requests that failed temporarily or got no answer; their key keeps rows from being added twice. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!isPassing(error) || attempt >= RETRIES) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS * 2 ** attempt));
  }
}

function isPassing(error: unknown): boolean {
  if (!(error instanceof ApiError)) return error instanceof UnreachableError;
  const { code, details } = error;
  const isRunning = code === "CONFLICT" && details.field === "idempotency-key" && !details.differences;
  return isRunning || code === "UNAVAILABLE" || code === "OUTCOME_UNKNOWN" || code === "RATE_LIMITED";
}

function unreachable(url: string, error: unknown): UnreachableError {
  const { code, message, cause } = error as { code?: string; message?: string; cause?: { code?: string } };
  const reason = cause?.code ?? code ?? message ?? String(error);
  return new UnreachableError(
    `Cannot reach Plinth at ${url} (${reason}). Start it with "npm start", or say where it runs with --url or PLINTH_URL.`,
  );
}

function redirected(url: string, { headers, status }: Response): ApiError {
  const to = URL.parse(headers.get("location") ?? "", url);
  const advice = to ? `: if that is your server, give its address with --url ${to.origin}` : "";
  return new ApiError(status, undefined, `${url} redirects to another address${advice}.`);
}

async function refusal(url: string, response: Response, hint: string): Promise<ApiError> {
  const text = await response.text().catch(() => "");
  let error: { code?: ErrorCode; message?: string; details?: ApiError["details"] } | undefined;
  try {
    error = (JSON.parse(text) as { error?: typeof error }).error;
  } catch {
    // Not Plinth's own answer; a proxy's, perhaps.
  }
  if (!error?.code && response.status === 431) {
    const message = "The request does not fit into a URL (431): the --filter of an export may have about 10 KB.";
    return new ApiError(431, undefined, `${message} Split the filter into several exports.`);
  }
  if (!error?.code) {
    return new ApiError(response.status, undefined, `${url} answered ${response.status}, but not as a Plinth server.`);
  }
  const asksWho = response.status === 401 || error.code === "STEP_UP_REQUIRED";
  const message = [printableLines(error.message ?? error.code), ...(asksWho && hint ? [hint] : [])].join(" ");
  return new ApiError(response.status, error.code, message, error.details);
}
