import { d1 } from "@plinth/adapters-cloudflare";
import type { Platform, RequestHost } from "@plinth/core";
import type { Env } from "../config.ts";
import { openOnce, remoteDatabase } from "./serverless/database.ts";
import { serverlessConfig, serverlessPlatform } from "./serverless/platform.ts";

/** The bindings of wrangler.toml; settings stand beside them as plain texts. */
export interface WorkersEnv {
  readonly [setting: string]: unknown;
  readonly DB?: Parameters<typeof d1>[0]["database"];
  readonly HYPERDRIVE?: { readonly connectionString: string };
}

/** DATABASE_URL comes before Hyperdrive, and Hyperdrive before D1, so that one setting is enough to leave the default. */
export function workersPlatform(env: WorkersEnv, requestUrl: string): Platform {
  const { DB: database, HYPERDRIVE: hyperdrive } = env;
  const settings = { DATABASE_URL: hyperdrive?.connectionString, ...settingsOf(env) };
  const config = serverlessConfig(settings, requestUrl, {
    databases: ["postgres", "neon"],
    ...(database && { fallback: "binding" }),
  });
  // A socket here belongs to the request that opened it, and a request may hold six of them.
  const open =
    config.databaseUrl === undefined
      ? openOnce(async () => d1({ database: database! }))
      : remoteDatabase(config, { max: 3, lifetime: "request" });
  return serverlessPlatform("workers", config, open);
}

function settingsOf(env: WorkersEnv): Env {
  const texts = Object.entries(env).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return Object.fromEntries(texts);
}

/** Cloudflare itself sets the address; a client cannot. */
export function workersHost(request: Request, context: { waitUntil(work: Promise<unknown>): void }): RequestHost {
  const remoteAddress = request.headers.get("cf-connecting-ip");
  return { defer: (work) => context.waitUntil(work), ...(remoteAddress && { remoteAddress }) };
}
