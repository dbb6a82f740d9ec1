import { causeWords, excerpt, type JsonObject, OutgoingError, outgoingWords, PlinthError } from "@plinth/core";
import type { Engine } from "../kernel/engine.ts";
import type { AiEndpoint } from "./settings.ts";

/** A request to an endpoint, of a workspace. */
export interface AiAsking {
  readonly engine: Engine;
  readonly workspaceId: string;
  readonly endpoint: AiEndpoint;
  readonly signal: AbortSignal;
}

/** Characters of what an endpoint says, before the excerpt. */
const MOST_SAID = 2000;
/** Why an endpoint has begun no answer. */
const NOT_BEGUN: ReadonlySet<unknown> = new Set(["address", "redirect", "unreachable"]);

export function aiFailed(reason: string, why: string, cause?: unknown, status?: number): PlinthError {
  const details = { reason, ...(status !== undefined && { status }) };
  return new PlinthError("AI_FAILED", `The AI endpoint failed: ${why}.`, details, { cause });
}

/** Whether the failed request has surely used no tokens: it was never sent, or was refused by its status. */
export function hasUsedNone(error: unknown): boolean {
  if (!(error instanceof PlinthError) || error.code !== "AI_FAILED") return false;
  const { reason, status } = error.details as { reason?: unknown; status?: unknown };
  return NOT_BEGUN.has(reason) || (reason === "status" && status !== undefined);
}

/** What ends a request: whoever asks, or its time. */
interface RequestEnds {
  readonly signal: AbortSignal;
  /** The operator's own endpoint: where it is, and how it is reached, is not for workspaces. */
  readonly isServers: boolean;
  readonly late: AbortSignal;
  readonly timeoutMs: number;
}

/** `broken`: what a lost connection means, before the answer has begun and after it. */
export async function asAiFailure<T>(
  { signal, late, timeoutMs, isServers }: RequestEnds,
  broken: "unreachable" | "cut",
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PlinthError) throw error;
    signal.throwIfAborted();
    if (late.aborted) throw aiFailed("timeout", `it did not answer within ${timeoutMs} ms`, error);
    if (broken === "cut") throw aiFailed("cut", "its answer has ended too early", error);
    if (error instanceof OutgoingError)
      throw aiFailed(error.reason, isServers ? error.message : outgoingWords(error), error);
    throw aiFailed("unreachable", `it cannot be reached${isServers ? "" : causeWords(error)}`, error);
  }
}

/** What such APIs say is in `error.message`, or is a text. */
export function refused(asking: AiAsking, status: number, text: string): PlinthError {
  return aiFailed(
    "status",
    `it answered with status ${status}${said(asking, messageIn(text) ?? text)}`,
    undefined,
    status,
  );
}

/** An error in the middle of an answer. */
export function errorEvent(asking: AiAsking, { error }: JsonObject): PlinthError {
  return aiFailed("status", `it sent an error${said(asking, messageOf(error) ?? "")}`);
}

/** The end of a sentence. What the server's own endpoint says is for its operator alone: it may name hosts, models and keys. */
function said({ engine, workspaceId, endpoint: { from, key } }: AiAsking, text: string): string {
  // Some of them repeat the key.
  const shown = excerpt((key === undefined ? text : text.replaceAll(key, "…")).slice(0, MOST_SAID));
  if (shown === "") return "";
  if (from === "workspace") return `: ${shown}`;
  engine.log.warn("the server's AI endpoint has refused a request", { workspaceId, said: shown });
  return "";
}

function messageIn(text: string): string | undefined {
  try {
    return messageOf((JSON.parse(text) as { error?: unknown }).error);
  } catch {
    return undefined;
  }
}

function messageOf(error: unknown): string | undefined {
  const message = typeof error === "string" ? error : (error as { message?: unknown } | undefined)?.message;
  return typeof message === "string" ? message : undefined;
}
