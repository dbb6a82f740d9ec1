import type { JobSteps } from "../jobs/steps.ts";
import type { AnySchema } from "../schema/index.ts";
import type { FunctionAi } from "./ai.ts";
import type { FunctionItems } from "./db.ts";
import type { FunctionFiles } from "./files.ts";
import type { FunctionJob, FunctionJobs, FunctionMail, FunctionValues } from "./host-calls.ts";

/** The request that has called the function. Headers with credentials are not in it. */
export interface FunctionRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  text(): Promise<string>;
  json(): Promise<unknown>;
  /** The body as it was sent. */
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** Who calls. */
export interface FunctionUser {
  readonly kind: string;
  readonly id: string | null;
  readonly email: string | null;
  readonly roles: readonly string[];
}

/**
 * What a function is called with.
 *
 * @typeParam S - the schema that `plinth types` generates
 */
export interface Context<S extends AnySchema = AnySchema> {
  readonly request: FunctionRequest;
  /** What stands behind the name in the address: `a/b` for `/api/functions/total/a/b`. */
  readonly path: string;
  /** Null: somebody without credentials. */
  readonly user: FunctionUser | null;
  /** The function's secrets, by their names. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Items of the collections that the function declares. */
  readonly db: FunctionItems<S>;
  /** Values of the namespaces that the function declares. */
  readonly kv: FunctionValues;
  /** Jobs of the queues, and functions, that the function declares. */
  readonly jobs: FunctionJobs;
  readonly mail: FunctionMail;
  /** Files of the buckets that the function declares. */
  readonly files: FunctionFiles;
  /** The AI models that the function declares. */
  readonly ai: FunctionAi;
}

/** What a function is called with that a job runs: nobody calls it, and nobody waits for its answer. */
export interface JobContext<S extends AnySchema = AnySchema> extends Omit<Context<S>, "request" | "path" | "user"> {
  readonly job: FunctionJob;
  /** What is done is not done again by the next attempt. */
  readonly step: JobSteps;
  readonly user: null;
}

/**
 * The handler itself, with the types of its context. It returns what is answered as JSON, or a `Response`.
 *
 * @example
 * export default defineFunction<Schema>(async ({ db }) => (await db.list("songs", { limit: 5 })).data);
 */
export function defineFunction<S extends AnySchema = AnySchema>(
  handler: (context: Context<S>) => unknown,
): (context: Context<S>) => unknown {
  return handler;
}

/** The same for a function that jobs run. */
export function defineJob<S extends AnySchema = AnySchema>(
  handler: (context: JobContext<S>) => unknown,
): (context: JobContext<S>) => unknown {
  return handler;
}
