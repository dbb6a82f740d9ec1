import type { Env, Platform, RequestHost } from "@plinth/core";
import { embeddedAdmin } from "./admin-embedded.ts";
import { NEON } from "./databases.ts";
import { bundledSandbox } from "./sandbox.ts";
import { preferNeonHttp, remoteDatabase } from "./serverless/database.ts";
import { serverlessConfig, serverlessPlatform } from "./serverless/platform.ts";

/** Edge functions have no sockets: they reach a database by Neon's HTTP protocol. */
export function vercelEdgePlatform(env: Env, requestUrl: string): Platform {
  const config = serverlessConfig(preferNeonHttp(env), requestUrl, { databases: [NEON] });
  const platform = serverlessPlatform("vercel-edge", config, remoteDatabase(config, [NEON]));
  return { ...platform, admin: embeddedAdmin, sandbox: bundledSandbox() };
}

interface WaitUntil {
  waitUntil?(work: Promise<unknown>): void;
}

/** Vercel overwrites x-real-ip, so a client cannot choose it. */
export function vercelHost(request: Request, context?: WaitUntil): RequestHost {
  const remoteAddress = request.headers.get("x-real-ip");
  const waiter = context?.waitUntil ? context : nodeContext();
  return { defer: (work) => waiter?.waitUntil?.(work), ...(remoteAddress && { remoteAddress }) };
}

/** Where Node functions find the request's context; `@vercel/functions` reads the same symbol. */
function nodeContext(): WaitUntil | undefined {
  const slot = Symbol.for("@vercel/request-context");
  return (globalThis as { [slot]?: { get?(): WaitUntil | undefined } })[slot]?.get?.();
}
