import type { View } from "@plinth/client";
import { needsProof, proveAgain } from "./step-up.ts";

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** A page of a list, with the cursor of the next one. */
export interface Listed<T> {
  readonly data: readonly T[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
}

/** The routes of the API that the client has no methods for, by their paths below `/api/`. */
export interface Api {
  get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T>;
  /** A page of a list, with its cursor. */
  list<T>(path: string, query?: Query, signal?: AbortSignal): Promise<Listed<T>>;
  post<T>(path: string, body?: object, query?: Query): Promise<T>;
  put<T>(path: string, body?: object): Promise<T>;
  patch<T>(path: string, body: object): Promise<T>;
  delete<T>(path: string, query?: Query): Promise<T>;
}

/**
 * Calls as the client's operator, and answers with `data`. Where the server wants a fresh proof of who the operator is,
 * it is asked for, and the request sent once more.
 */
export function apiOf(client: View): Api {
  const ask = async (method: string, path: string, content: Content = {}): Promise<unknown> => {
    const send = () => client.request(`api/${path}`, { method, ...content, query: textsOf(content.query) });
    const response = await send().catch(async (error: unknown) => {
      if (!needsProof(error)) throw error;
      await proveAgain();
      return send();
    });
    const text = await response.text();
    return text === "" ? undefined : JSON.parse(text);
  };
  const data = async <T>(...call: Parameters<typeof ask>): Promise<T> =>
    ((await ask(...call)) as { data: T } | undefined)?.data as T;
  return {
    get: (path, query, signal) => data("GET", path, { query, ...(signal && { signal }) }),
    list: async <T>(path: string, query?: Query, signal?: AbortSignal) => {
      const page = (await ask("GET", path, { query, ...(signal && { signal }) })) as Partial<Listed<T>>;
      return { data: page.data ?? [], has_more: page.has_more ?? false, next_cursor: page.next_cursor ?? null };
    },
    post: (path, body, query) => data("POST", path, { body: body ?? {}, query }),
    put: (path, body) => data("PUT", path, { ...(body && { body }) }),
    patch: (path, body) => data("PATCH", path, { body }),
    delete: (path, query) => data("DELETE", path, { query }),
  };
}

interface Content {
  readonly query?: Query | undefined;
  readonly body?: object;
  readonly signal?: AbortSignal;
}

function textsOf(query: Query = {}): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => [name, value === undefined ? undefined : String(value)]),
  );
}
