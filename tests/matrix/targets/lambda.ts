import { nodeFunction } from "./node-function.ts";

export const lambdaPostgres = nodeFunction("lambda", "lambda", "lambda-host.ts");
