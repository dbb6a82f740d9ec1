import { randomId } from "../random-id.ts";
import { type Ask, isStream, type RequestContent, unreachable } from "../request.ts";
import { backoff } from "../transport.ts";
import { type ClientOptions, PlinthClientError } from "../types.ts";

/** Of a single call. */
export interface RequestOptions {
  /** Ends the call with `ABORTED`. A write that has been sent may still happen. */
  readonly signal?: AbortSignal | undefined;
  /** As of `createClient`, for this call. */
  readonly timeoutMs?: number | undefined;
  /** As of `createClient`, for this call. */
  readonly retries?: number | undefined;
}

export interface WriteOptions extends RequestOptions {
  /**
   * The write happens once for each key, however often it is sent in 24 hours. Default: a new key for each call, so that
   * its own retries are safe.
   */
  readonly idempotencyKey?: string | undefined;
  /** Hears by which id the change log knows the write: `client.changes.undo` takes it. */
  readonly onRequestId?: ((id: string) => void) | undefined;
}

export const REQUEST_OPTIONS: readonly (keyof RequestOptions)[] = ["signal", "timeoutMs", "retries"];
export const WRITE_OPTIONS: readonly (keyof WriteOptions)[] = [...REQUEST_OPTIONS, "idempotencyKey", "onRequestId"];

export type Method = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";

/** What is asked for; `write`: the request has a key, so that it happens once. */
export interface ItemRequest extends Omit<RequestContent, "signal"> {
  readonly method: Method;
  readonly path: string;
  readonly write?: true;
  /** The answer is read after the call: its signal still ends it then. */
  readonly stream?: true;
}

/** Sends a request, again where that is safe and may help, and reads its answer. */
export type Requester = <T>(
  request: ItemRequest,
  options: WriteOptions | undefined,
  read: (response: Response) => Promise<T>,
) => Promise<T>;

const TIMEOUT_MS = 60_000;
const RETRIES = 2;
/** A longer timer would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** Whoever waits for the call would rather know. */
const LONGEST_PAUSE_MS = 20_000;

export function requester(client: Pick<ClientOptions, "timeoutMs" | "retries">, ask: Ask): Requester {
  const attempt = async <T>(content: ItemRequest, limits: Limits, read: (r: Response) => Promise<T>): Promise<T> => {
    const { method, path, stream, write: _, ...init } = content;
    const { signal, expired, release } = limit(limits);
    let reading = false;
    try {
      const response = await ask(path, { ...init, signal }, method);
      const answer = await read(response).catch(broken);
      reading = stream === true;
      return answer;
    } catch (error) {
      if (limits.signal?.aborted) throw aborted(limits.signal);
      if (expired())
        throw new PlinthClientError("TIMEOUT", `No answer in ${limits.timeoutMs} ms.`, 0, { cause: error });
      throw error;
    } finally {
      release(reading);
    }
  };

  return async (request, options = {}, read) => {
    const { signal, timeoutMs = client.timeoutMs ?? TIMEOUT_MS, retries = client.retries ?? RETRIES } = options;
    const content = request.write ? withKey(request, options.idempotencyKey ?? randomId()) : request;
    const most = isStream(request.raw) ? 0 : retries;
    let waited = 0;
    for (let attempts = 0; ; ) {
      if (signal?.aborted) throw aborted(signal);
      try {
        return await attempt(content, { signal, timeoutMs }, async (response) => {
          const answer = await read(response);
          const id = response.headers.get("x-request-id");
          if (id !== null) options.onRequestId?.(id);
          return answer;
        });
      } catch (error) {
        if (!(error instanceof PlinthClientError)) throw error;
        const pause = attempts < most ? pauseAfter(error, attempts) : undefined;
        if (pause === undefined || waited + pause > LONGEST_PAUSE_MS) throw error;
        // The server asks again for an attempt that it has: that is none of the retries.
        if (isRunning(error)) waited += pause;
        else attempts++;
        await rest(pause, signal);
      }
    }
  };
}

/** The answer ended in the middle, or is none of Plinth's. */
function broken(error: unknown): never {
  throw error instanceof PlinthClientError ? error : unreachable(error);
}

interface Limits {
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number;
}

/** One signal for both; `AbortSignal.any` and `timeout` are not everywhere. */
function limit({ signal, timeoutMs }: Limits): {
  signal: AbortSignal;
  expired: () => boolean;
  release: (reading: boolean) => void;
} {
  const abort = new AbortController();
  let expired = false;
  const stop = (): void => abort.abort();
  const late = (): void => {
    expired = true;
    stop();
  };
  const timer = timeoutMs > 0 && timeoutMs <= LONGEST_TIMER_MS ? setTimeout(late, timeoutMs) : undefined;
  signal?.addEventListener("abort", stop);
  const release = (reading: boolean): void => {
    clearTimeout(timer);
    if (!reading) signal?.removeEventListener("abort", stop);
  };
  return { signal: abort.signal, expired: () => expired, release };
}

function withKey(request: ItemRequest, key: string): ItemRequest {
  if (!/^[ -~]+$/.test(key)) throw new TypeError("idempotencyKey: expected a text of printable ASCII characters");
  return { ...request, headers: { ...request.headers, "idempotency-key": JSON.stringify(key) } };
}

/** An earlier attempt with the same key has no answer yet; if the server was killed meanwhile, for 15 seconds. */
function isRunning({ status, retryAfter }: Pick<PlinthClientError, "status" | "retryAfter">): boolean {
  return status === 409 && retryAfter !== undefined;
}

/** Milliseconds before the next attempt; undefined where another one would not help, or not soon. */
function pauseAfter({ code, status, retryAfter }: PlinthClientError, attempts: number): number | undefined {
  const lost = code === "UNREACHABLE" || code === "TIMEOUT";
  const busy = [408, 429, 502, 503, 504].includes(status);
  if (!lost && !busy && !isRunning({ status, retryAfter })) return undefined;
  const asked = (retryAfter ?? 0) * 1000;
  return asked > LONGEST_PAUSE_MS ? undefined : asked + backoff(attempts);
}

/** Ends early when the signal aborts. */
export async function rest(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener("abort", end);
  });
}

function aborted({ reason }: AbortSignal): PlinthClientError {
  return new PlinthClientError("ABORTED", "The call was aborted.", 0, { cause: reason });
}

export async function jsonIn<T>(response: Response): Promise<T> {
  const text = await response.text();
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new PlinthClientError("UNKNOWN", "The server's answer is not JSON.", response.status, { cause });
  }
}
