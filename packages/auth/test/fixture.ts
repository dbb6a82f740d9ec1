import { bunSqlite } from "@plinth/adapters-sqlite/bun";
import { DEFAULT_WORKSPACE_ID, type Log, type PasswordHasher, type SqlDriver, type SqlQuery } from "@plinth/core";
import { authDatabase, migrate, takeOverQueries } from "@plinth/db";
import { type Auth, type AuthOptions, createAuth, issuerDocuments, type PoolSettings } from "../src/index.ts";

export const APP_URL = "http://localhost:8787";
/** A page of somebody's own, which may call the server. */
export const FOREIGN_PAGE = "http://app.localhost:3000";

/** For tests that are not about passwords. */
export const fastPasswords: PasswordHasher = {
  hash: async (password) => `plain:${password}`,
  verify: async ({ hash, password }) => hash === `plain:${password}`,
  isWeaker: () => false,
};

export interface Fixture {
  auth: Auth;
  options: AuthOptions;
  driver: SqlDriver;
  /** Everything that was logged, as one text. */
  written(): string;
  post(path: string, body: object, headers?: Record<string, string>): Promise<Response>;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  /** A new account's signed token. */
  signUp(email?: string): Promise<string>;
  rows(sql: string): Promise<Record<string, unknown>[]>;
}

export const SETTINGS: PoolSettings = {
  emailVerification: "optional",
  appName: "Example",
  stepUpMinutes: 15,
  sessionIdleHours: 168,
  sessionMaxHours: 2160,
  passwordPolicy: { minLength: 8, refuseCommon: true },
};

/** With another's `shared` database, a second server beside it. */
export async function openAuth(options: Partial<AuthOptions> = {}, shared?: SqlDriver): Promise<Fixture> {
  const driver = shared ?? bunSqlite({ path: ":memory:" });
  if (!shared) await migrate(driver, Date.now);
  const lines: string[] = [];
  const write = (message: string, fields?: object) => void lines.push(`${message} ${JSON.stringify(fields)}`);
  const log: Log = { debug: write, info: write, warn: write, error: write };
  const all: AuthOptions = {
    driver,
    ...authDatabase(driver),
    workspaceId: DEFAULT_WORKSPACE_ID,
    workspacePath: "",
    beforeSignUp: async () => undefined,
    checkPassword: async () => {},
    admit: async () => () => [],
    acceptAnonymous: async () => {},
    onAddressProven: (claim) => takeOverQueries(driver, claim),
    onAccountLinked: (link) => takeOverQueries(driver, link),
    config: {
      secret: "a secret of more than thirty-two characters",
      appUrl: APP_URL,
      corsOrigins: [FOREIGN_PAGE],
      allowedHosts: [],
    },
    settings: async () => SETTINGS,
    poolNames: async () => [],
    clock: { now: Date.now },
    documents: issuerDocuments({ now: Date.now }),
    log,
    ...options,
  };
  const auth = createAuth(all);
  const post: Fixture["post"] = (path, body, headers = {}) => {
    const init = { method: "POST", headers: { "content-type": "application/json", ...headers } };
    return auth.handle(new Request(`${APP_URL}/api/auth${path}`, { ...init, body: JSON.stringify(body) }), "192.0.2.1");
  };
  const get: Fixture["get"] = (path, headers = {}) =>
    auth.handle(new Request(`${APP_URL}/api/auth${path}`, { headers }), "192.0.2.1");
  return {
    auth,
    options: all,
    driver,
    written: () => lines.join("\n"),
    post,
    get,
    async signUp(email = "ada@example.com") {
      const response = await post("/sign-up/email", { name: "Ada", email, password: "correct horse" });
      return ((await response.json()) as { token: string }).token;
    },
    rows: async (sql) => driver.all({ sql, params: [] } satisfies SqlQuery),
  };
}
