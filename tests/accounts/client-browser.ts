import { APP_URL, type TestApp } from "../../apps/server/src/testing/app.ts";
import { softwareAuthenticator } from "../../packages/auth/test/software-authenticator.ts";
import {
  type Client,
  type ClientOptions,
  createClient,
  type KeyValueStorage,
} from "../../packages/client/src/index.ts";

/** A browser with a page that uses the client: its cookies, its storage and its passkeys. */
export interface ClientBrowser {
  readonly storage: KeyValueStorage;
  /** Further ones are further tabs. */
  open(options?: Partial<ClientOptions>): Client;
  /** Opens an address as a page: where it leads. */
  visit(address: string): Promise<string>;
}

/** `asked`: each request is noted there, as `GET /api/me`. */
export async function clientBrowser(app: TestApp, workspace: string, asked: Set<string>): Promise<ClientBrowser> {
  const cookies = new Map<string, string>();
  const kept = new Map<string, string>();
  const storage: KeyValueStorage = {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
    removeItem: (key) => kept.delete(key),
  };
  const authenticator = await softwareAuthenticator({ origin: APP_URL });

  const ask = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const { pathname, search } = new URL(String(input));
    asked.add(`${init.method ?? "GET"} ${pathname.replace(/^\/api\/t\/[^/]+/, "/api")}`);
    const headers = new Headers(init.headers);
    if (cookies.size > 0) headers.set("cookie", [...cookies].map((pair) => pair.join("=")).join("; "));
    headers.set("origin", APP_URL);
    const answer = await app.call(pathname + search, { ...init, headers });
    for (const set of answer.headers.getSetCookie()) {
      const [name, value] = set.split(";")[0]!.split(/=(.*)/s) as [string, string];
      if (value === "") cookies.delete(name);
      else cookies.set(name, value);
    }
    return answer;
  };
  return {
    storage,
    open: (options = {}) =>
      createClient({
        url: APP_URL,
        workspace,
        storage,
        fetch: ask as typeof globalThis.fetch,
        webAuthn: {
          create: async (given) => ({ ...(await authenticator.create(given as never)) }),
          get: async (given) => ({ ...(await authenticator.get(given as never)) }),
          canOffer: async () => true,
        },
        ...options,
      }),
    visit: async (address) => (await ask(address)).headers.get("location") ?? "",
  };
}

/** The routes of accounts that are not among those that were asked. */
export async function routesBeside(asked: ReadonlySet<string>, app: TestApp): Promise<string[]> {
  const { paths } = (await (await app.call("/api/openapi.json")).json()) as {
    paths: Record<string, Record<string, { tags: string[] }>>;
  };
  const routes = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([, { tags }]) => tags.includes("Accounts") || tags.includes("Organizations"))
      .map(([method]) => `${method.toUpperCase()} ${path}`),
  );
  const formOf = (route: string): RegExp => new RegExp(`^${route.replaceAll(/\{\w+\}/g, "[^/]+")}$`);
  return routes.filter((route) => ![...asked].some((one) => formOf(route).test(one))).sort();
}
