import { type Client, PlinthClientError } from "@plinth/client";

export interface WriteRequest {
  readonly method: "POST" | "PATCH" | "DELETE";
  /** Below the server: `api/items/posts`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** A body that is no JSON. */
  readonly raw?: BodyInit;
  /** The version that the item must have. */
  readonly version?: number;
}

export interface Written<T> {
  readonly answer: T;
  /** What undo needs; absent where an answer was lost on the way and the write is known by its repetition only. */
  readonly requestId: string | undefined;
}

const PATIENCE_MS = 20_000;
const ATTEMPTS = 3;

/**
 * A write with the id of its request, by which it can be undone. Where no answer comes it is sent again under the same
 * idempotency key, so that it happens once; what is then still without an answer throws, with an unknown outcome.
 */
export async function sendWrite<T>(client: Client, write: WriteRequest, attempts = ATTEMPTS): Promise<Written<T>> {
  const { method, path, query, body, raw, version } = write;
  const headers = { "idempotency-key": newKey(), ...(version !== undefined && { "if-match": `"${version}"` }) };
  const content = {
    method,
    headers,
    ...(query && { query }),
    ...(body && { body }),
    ...(raw !== undefined && { raw }),
  };
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await client.request(path, { ...content, signal: AbortSignal.timeout(PATIENCE_MS) });
      const text = await response.text();
      const requestId = attempt === 1 ? (response.headers.get("x-request-id") ?? undefined) : undefined;
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

/** Pages without HTTPS have no `randomUUID`. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
