import type { Env, Platform } from "@plinth/core";
import { adminBeside } from "./admin-folder.ts";
import { threadedCodec } from "./codec-threads.ts";
import { REMOTE_DATABASES } from "./databases.ts";
import { nodeHash } from "./node-hash.ts";
import { nodePublicFetch } from "./public-fetch.ts";
import { bundledSandbox } from "./sandbox.ts";
import { functionScrypt } from "./scrypt.ts";
import { openImages } from "./server/images.ts";
import { remoteDatabase } from "./serverless/database.ts";
import { serverlessConfig, serverlessPlatform } from "./serverless/platform.ts";
import { ALL_MAILERS } from "./smtp.ts";

/** One instance answers several requests at once, and there may be many instances: a small pool each. */
export function vercelNodePlatform(env: Env, requestUrl: string): Platform {
  const config = serverlessConfig(env, requestUrl, { databases: REMOTE_DATABASES, mailers: ALL_MAILERS });
  const database = remoteDatabase(config, REMOTE_DATABASES, { max: 4, lifetime: "process" });
  const platform = serverlessPlatform("vercel-node", config, database, ALL_MAILERS);
  return {
    ...platform,
    admin: adminBeside(),
    passwords: functionScrypt,
    contentHash: nodeHash,
    ...openImages(config, { log: platform.log, spare: threadedCodec }),
    publicFetch: nodePublicFetch(),
    sandbox: bundledSandbox(),
  };
}
