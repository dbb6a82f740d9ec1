import { bunSqlite } from "@plinth/adapters-sqlite/bun";
import { DEFAULT_WORKSPACE_ID, type ErrorCode, PlinthError, type SqlDriver } from "@plinth/core";
import { testConfig } from "@plinth/core/testing";
import { migrate } from "@plinth/db";
import {
  contextOf,
  createEngine,
  type Engine,
  type Feature,
  type Identity,
  type RequestContext,
  readCredentials,
  resolvePrincipal,
  signUp,
} from "../src/index.ts";

export const CONFIG = testConfig();

const quiet = () => {};
const LOCAL = { url: `${CONFIG.appUrl}/api/auth/sign-up/email`, headers: new Headers(), remoteAddress: "127.0.0.1" };

export interface World {
  driver: SqlDriver;
  engine: Engine;
  /** Another process over the same database. */
  replica: Engine;
  /** Moves the clock of both. */
  pass(ms: number): void;
  /** A new account's token; the first one is the operator's. */
  account(email: string): Promise<string>;
  who(headers: Record<string, string>, engine?: Engine): Identity | Promise<Identity>;
  ctx(headers: Record<string, string>): Promise<RequestContext>;
}

/** Hashes that cost nothing, to keep the tests fast. */
const passwords = {
  hash: async (password: string) => `plain:${password}`,
  verify: async ({ hash, password }: { hash: string; password: string }) => hash === `plain:${password}`,
  isWeaker: () => false,
};

export async function openWorld(
  driver: SqlDriver = bunSqlite({ path: ":memory:" }),
  features: readonly Feature[] = [],
): Promise<World> {
  await migrate(driver, Date.now, features);
  let offset = 0;
  const clock = { now: () => Date.now() + offset };
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
  const options = { config: CONFIG, clock, passwords, log, features };
  const engine = createEngine(options);
  const who: World["who"] = (headers, at = engine) =>
    resolvePrincipal({ engine: at, driver, credentials: readCredentials(new Headers(headers)) });
  return {
    driver,
    engine,
    replica: createEngine(options),
    pass: (ms) => {
      offset += ms;
    },
    async account(email) {
      const response = await signUp(engine, driver, signUpRequest(email), {
        ...LOCAL,
        workspaceId: DEFAULT_WORKSPACE_ID,
        email,
        token: undefined,
        invitation: undefined,
      });
      return ((await response.json()) as { token: string }).token;
    },
    who,
    async ctx(headers) {
      const { principal } = await who(headers);
      const catalog = await engine.catalogs.get(driver, principal.workspaceId);
      return contextOf(engine, driver, principal, catalog);
    },
  };
}

export function signUpRequest(email: string): Request {
  return new Request(LOCAL.url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: "Someone", email, password: "correct horse" }),
  });
}

export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

/** The code of a refusal, thrown synchronously or as a rejection. */
export async function codeOf(act: () => unknown): Promise<ErrorCode | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    if (error instanceof PlinthError) return error.code;
    throw error;
  }
}
