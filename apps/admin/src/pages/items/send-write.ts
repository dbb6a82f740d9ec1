import { PlinthClientError, type View } from "@plinth/client";
import { newKey } from "../../api/new-key.ts";

export interface WriteRequest {
  readonly method: "POST" | "PATCH" | "DELETE";
  /** Below the server: `api/items/posts`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** A body that is no JSON. */
  readonly raw?: BodyInit;
  /** How long an answer is waited for; files take long. */
  readonly patienceMs?: number;
  /** The version that the item must have. */
  readonly version?: number;
  /** Of a write that may have been sent before; by default a new one. */
  readonly key?: string;
}

export interface Written<T> {
  readonly answer: T;
  /** What undo needs. A write that was sent again has the id of its first request. */
  readonly requestId: string | undefined;
}

/** Operations of one batch (docs/limits.md). */
export const BATCH_LIMIT = 500;
const PATIENCE_MS = 20_000;
/** Of a file. */
export const FILE_PATIENCE_MS = 600_000;
const ATTEMPTS = 3;

/**
 * A write with the id of its request, by which it can be undone. Where no answer comes it is sent again under the same
 * idempotency key, so that it happens once; what is then still without an answer throws, with an unknown outcome.
 */
export async function sendWrite<T>(client: View, write: WriteRequest, attempts = ATTEMPTS): Promise<Written<T>> {
  const { method, path, query, body, raw, version, patienceMs = PATIENCE_MS, key = newKey() } = write;
  const headers = { "idempotency-key": key, ...(version !== undefined && { "if-match": `"${version}"` }) };
  const content = {
    method,
    headers,
    ...(query && { query }),
    ...(body && { body }),
    ...(raw !== undefined && { raw }),
  };
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await client.request(path, { ...content, signal: AbortSignal.timeout(patienceMs) });
      const text = await response.text();
      const requestId = response.headers.get("x-request-id") ?? undefined;
      return { answer: (text === "" ? undefined : JSON.parse(text)) as T, requestId };
    } catch (error) {
      if (!isWithoutAnswer(error)) throw error;
      if (attempt === attempts) throw unknownOutcome(error);
      await new Promise((resolve) => setTimeout(resolve, 300 * attempt));
    }
  }
}

/** No answer of the server: the write may have happened. */
function isWithoutAnswer(error: unknown): boolean {
  return !(error instanceof PlinthClientError) || error.status === 0;
}

function unknownOutcome(cause: unknown): PlinthClientError {
  return new PlinthClientError("OUTCOME_UNKNOWN", "The server gave no answer.", 0, { cause });
}

/** Whether it may have happened all the same. */
export function isUnknown(error: unknown): boolean {
  return error instanceof PlinthClientError && error.code === "OUTCOME_UNKNOWN";
}
