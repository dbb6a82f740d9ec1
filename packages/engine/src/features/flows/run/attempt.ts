import { ERRORS, JobSuspended, type Json, type JsonObject, PlinthError } from "@plinth/core";
import { ExpressionFailure } from "../../../expressions/environment.ts";
import { JobFailure } from "../../../kernel/jobs.ts";
import { type FlowNode, NodeFailure } from "../nodes/node-kind.ts";
import { hideSecrets } from "./hide-secrets.ts";
import type { StepError, StepRecord } from "./step-record.ts";

/** Together less than a step of a job may keep. */
const MAX_INPUT = 96 * 1024;
const MAX_OUTPUT = 144 * 1024;
const MAX_MESSAGE = 1000;

/** Errors of the host that no other attempt mends. */
const LASTING: ReadonlySet<string> = new Set(["UNSUPPORTED_BY_HOST", "MAIL_NOT_CONFIGURED", "AI_NOT_CONFIGURED"]);

interface NodeAttempt {
  readonly node: FlowNode;
  readonly attempt: number;
  readonly signal: AbortSignal;
  /** Values that the node knows, and that are not kept. */
  readonly secrets: readonly string[];
  now(): number;
  /** The values of its parts; and those that may be shown, where some are secret. */
  input(): Promise<{ readonly values: JsonObject; readonly shown?: JsonObject }>;
  work(values: JsonObject): Promise<Json>;
}

/**
 * Tries a node once. That it fails is a result, too; what is the server's own fault is thrown, so that the job is tried again.
 */
export async function attemptNode(given: NodeAttempt): Promise<StepRecord> {
  const { node, attempt, signal, secrets, now, input, work } = given;
  const started_at = instantOf(now());
  let shown: Json = null;
  const record = (rest: { output: Json } | { error: StepError }): StepRecord => ({
    ...{ node: node.id, type: node.type, attempt, started_at, ended_at: instantOf(now()), input: shown },
    ...rest,
  });
  try {
    const parts = await input();
    requireWithin("its parts take", parts.values, MAX_INPUT);
    shown = parts.shown ?? parts.values;
    const output = await work(parts.values);
    requireWithin("its result takes", output, MAX_OUTPUT);
    return record({ output: hideSecrets(output, secrets) });
  } catch (error) {
    if (signal.aborted) throw error;
    return record({ error: stepErrorOf(error, secrets) });
  }
}

function requireWithin(what: string, value: Json, most: number): void {
  const bytes = new TextEncoder().encode(JSON.stringify(value)).length;
  if (bytes > most) throw new NodeFailure(`${what} ${bytes} bytes, and may take ${most}`, "LIMIT_EXCEEDED", false);
}

/** Throws what is no failure of the node. */
function stepErrorOf(error: unknown, secrets: readonly string[]): StepError {
  const errorOf = (message: string, code: string, retry: boolean): StepError => {
    const shown = hideSecrets(message, secrets) as string;
    return { message: shown.slice(0, MAX_MESSAGE).toWellFormed(), code, retry };
  };
  if (error instanceof NodeFailure) return errorOf(error.message, error.code, error.retry);
  if (error instanceof ExpressionFailure) return errorOf(error.message, "EXPRESSION", false);
  if (error instanceof JobSuspended || error instanceof JobFailure || !(error instanceof PlinthError)) throw error;
  const isServers = ERRORS[error.code].status >= 500 && !LASTING.has(error.code);
  if (isServers) throw error;
  return errorOf(error.message, error.code, !LASTING.has(error.code));
}

const instantOf = (ms: number): string => new Date(ms).toISOString();
