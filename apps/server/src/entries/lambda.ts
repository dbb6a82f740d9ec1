import process from "node:process";
import { createApp } from "../app.ts";
import { answerEvent, lambdaPlatform } from "../platform/lambda.ts";
import type { LambdaEvent, LambdaResult } from "../platform/lambda-event.ts";
import { lazyApp } from "../platform/serverless/lazy-app.ts";

const app = lazyApp(createApp, lambdaPlatform);

export const handler = (event: LambdaEvent): Promise<LambdaResult> =>
  answerEvent(event, (request, host) => app.fetch(request, process.env, host));
