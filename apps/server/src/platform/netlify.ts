import type { Env, Platform, RequestHost } from "@plinth/core";
import { embeddedAdmin } from "./admin-embedded.ts";
import { NEON } from "./databases.ts";
import { nodeHash } from "./node-hash.ts";
import { nodePublicFetch } from "./public-fetch.ts";
import { bundledSandbox } from "./sandbox.ts";
import { functionScrypt } from "./scrypt.ts";
import { preferNeonHttp, remoteDatabase } from "./serverless/database.ts";
import { serverlessConfig, serverlessPlatform } from "./serverless/platform.ts";

/** The part of Netlify's edge API used here. */
export interface NetlifyContext {
  readonly ip?: string;
  waitUntil?(work: Promise<unknown>): void;
}

declare const Netlify: { env: { toObject(): Record<string, string> } };

export function netlifyEnv(): Env {
  return Netlify.env.toObject();
}

export function netlifyPlatform(env: Env, requestUrl: string): Platform {
  const config = serverlessConfig(preferNeonHttp(env), requestUrl, { databases: [NEON] });
  return {
    ...serverlessPlatform("netlify", config, remoteDatabase(config, [NEON])),
    admin: embeddedAdmin,
    passwords: functionScrypt,
    contentHash: nodeHash,
    publicFetch: nodePublicFetch(),
    sandbox: bundledSandbox(),
  };
}

/** Netlify provides the address in its context, and sets the header itself, so a client cannot choose it. */
export function netlifyHost(request: Request, context: NetlifyContext): RequestHost {
  const remoteAddress = context.ip ?? request.headers.get("x-nf-client-connection-ip");
  return { defer: (work) => context.waitUntil?.(work), ...(remoteAddress && { remoteAddress }) };
}
