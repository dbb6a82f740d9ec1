import type { Env, Platform, RequestHost } from "@plinth/core";
import { adminBeside } from "./admin-folder.ts";
import { threadedCodec } from "./codec-threads.ts";
import { REMOTE_DATABASES } from "./databases.ts";
import { type LambdaEvent, type LambdaResult, requestFromEvent, resultFromResponse } from "./lambda-event.ts";
import { nodeHash } from "./node-hash.ts";
import { nodePublicFetch } from "./public-fetch.ts";
import { bundledSandbox } from "./sandbox.ts";
import { functionScrypt } from "./scrypt.ts";
import { openImages } from "./server/images.ts";
import { remoteDatabase } from "./serverless/database.ts";
import { serverlessConfig, serverlessPlatform } from "./serverless/platform.ts";
import { ALL_MAILERS } from "./smtp.ts";

/** An instance answers one request at a time. A second connection serves reads beside an open transaction. */
export function lambdaPlatform(env: Env, requestUrl: string): Platform {
  const config = serverlessConfig(env, requestUrl, { databases: REMOTE_DATABASES, mailers: ALL_MAILERS });
  const database = remoteDatabase(config, REMOTE_DATABASES, { max: 2, lifetime: "process" });
  const platform = serverlessPlatform("lambda", config, database, ALL_MAILERS);
  return {
    ...platform,
    admin: adminBeside(),
    passwords: functionScrypt,
    contentHash: nodeHash,
    ...openImages(config, { log: platform.log, spare: threadedCodec }),
    publicFetch: nodePublicFetch(),
    sandbox: bundledSandbox(),
    streams: "buffered",
    answersWait: true,
  };
}

/** Turns an event into a request and the response into a result. */
export async function answerEvent(
  event: LambdaEvent,
  fetch: (request: Request, host: RequestHost) => Promise<Response>,
): Promise<LambdaResult> {
  const deferred: Promise<unknown>[] = [];
  const response = await fetch(requestFromEvent(event), {
    defer: (work) => void deferred.push(work),
    remoteAddress: event.requestContext.http.sourceIp,
  });
  const result = await resultFromResponse(response);
  // An instance is frozen after it has answered: deferred work must finish before.
  while (deferred.length > 0) await Promise.allSettled(deferred.splice(0));
  return result;
}
