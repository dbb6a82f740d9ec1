import type { RequestContent } from "./request.ts";

/** How a function is called. */
export interface FunctionCallOptions {
  /** One of those that the function answers; POST unless given. */
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | undefined;
  /** What stands behind its name in the address, such as `invoices/7`. */
  readonly path?: string | undefined;
  readonly query?: RequestContent["query"];
  readonly headers?: RequestContent["headers"];
  /** Sent as JSON. */
  readonly body?: object | undefined;
  /** Sent as it is, in place of `body`. */
  readonly raw?: BodyInit | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Functions of the workspace. */
export interface Functions {
  /**
   * Calls a function with JSON, and returns what it returns. Throws what the server refuses, `FUNCTION_FAILED` among it.
   *
   * @example
   * const total = await client.functions.call<number>("total", { order: id });
   */
  call<T = unknown>(name: string, input?: object): Promise<T>;
  /** The whole answer, for functions that make their own. */
  request(name: string, options?: FunctionCallOptions): Promise<Response>;
}

type Ask = (path: string, content: RequestContent & { readonly method?: string }) => Promise<Response>;

export function functionsOf(ask: Ask): Functions {
  const request: Functions["request"] = (name, { path = "", method = "POST", ...content } = {}) => {
    const behind = path.split("/").filter(Boolean).map(encodeURIComponent);
    return ask(["api/functions", encodeURIComponent(name), ...behind].join("/"), {
      ...(content as RequestContent),
      method,
    });
  };
  return {
    async call<T>(name: string, input: object = {}) {
      return ((await (await request(name, { body: input })).json()) as { data: T }).data;
    },
    request,
  };
}
