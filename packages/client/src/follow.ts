import { readEvents } from "./sse.ts";
import { type ClientOptions, PlinthClientError, type State, type Subscription, type Watcher } from "./types.ts";

/** A message of any stream. */
export interface Message {
  readonly event: string;
  readonly [name: string]: unknown;
}

export interface Stream extends Watcher {
  /** The request for where the stream stands now. */
  request(): { path: string; query: Record<string, string | undefined>; body?: unknown };
  /** False: what came does not fit, so connect anew. */
  take(message: Message, place: string | undefined): boolean;
  /** True where a refusal only means to go on from elsewhere. */
  recover?(error: PlinthClientError): boolean;
}

/** The server gives a sign of life every 20 seconds. */
const SILENCE_MS = 50_000;
/** The first message comes at once; where it does not, something between buffers streams, and polling works. */
const FIRST_MS = 10_000;
const MAX_DELAY_MS = 30_000;
const FIRST_DELAY_MS = 500;

/** Keeps a stream open: connects, resumes, waits longer after each failure, polls where streams do not come through. */
export function follow(options: ClientOptions, stream: Stream): Subscription {
  const ready = Promise.withResolvers<void>();
  ready.promise.catch(() => {});
  let state: State = "connecting";
  let abort = new AbortController();
  let polling = false;
  let failures = 0;
  let wake: (() => void) | undefined;

  const enter = (next: State): void => {
    if (state === next || state === "closed") return;
    state = next;
    stream.onState?.(next);
  };

  const close = (): void => {
    enter("closed");
    abort.abort();
    wake?.();
    globalThis.removeEventListener?.("online", retryNow);
  };

  const retryNow = (): void => {
    failures = 0;
    wake?.();
  };

  const take = (message: Message, place: string | undefined): boolean => {
    if (message.event === "closed") {
      throw new PlinthClientError(String(message.code), String(message.message), Number(message.status));
    }
    failures = 0;
    enter("live");
    ready.resolve();
    return stream.take(message, place);
  };

  /** Resolves with the server's wish of when to be asked again. */
  const connect = async (): Promise<number | undefined> => {
    abort = new AbortController();
    let timer = setTimeout(() => abort.abort(), SILENCE_MS);
    const alive = (ms: number): void => {
      clearTimeout(timer);
      timer = setTimeout(() => abort.abort(), ms);
    };
    try {
      const response = await send(options, stream.request(), polling, abort.signal);
      if (!response.headers.get("content-type")?.includes("text/event-stream")) return await takePoll(response);
      alive(FIRST_MS);
      let first = true;
      let retry: number | undefined;
      const silent = setTimeout(() => {
        polling = true;
      }, FIRST_MS - 1);
      try {
        for await (const event of readEvents(response.body!)) {
          if (first) clearTimeout(silent);
          first = false;
          alive(SILENCE_MS);
          retry = event.retry ?? retry;
          const message = event.data === undefined ? { event: "place" } : (JSON.parse(event.data) as Message);
          if (event.data === undefined && event.id === undefined) continue;
          if (!take(message, event.id)) return 0;
        }
      } finally {
        clearTimeout(silent);
      }
      return retry;
    } finally {
      clearTimeout(timer);
      abort.abort();
    }
  };

  const takePoll = async (response: Response): Promise<number> => {
    const { data, next } = (await response.json()) as { data: Message[]; next?: string };
    for (const message of data) if (!take(message, undefined)) return 0;
    take({ event: "place" }, next);
    return 0;
  };

  const run = async (): Promise<void> => {
    while (state !== "closed") {
      let delay: number;
      try {
        const retry = await connect();
        delay = retry === undefined ? backoff(failures++) : retry * (0.5 + Math.random());
      } catch (error) {
        if ((state as State) === "closed") return;
        if (error instanceof PlinthClientError && stream.recover?.(error)) continue;
        if (error instanceof PlinthClientError && !passing(error)) {
          ready.reject(error);
          stream.onError?.(error);
          return close();
        }
        delay = backoff(failures++);
      }
      if ((state as State) === "closed") return;
      if (delay > 0) {
        enter("connecting");
        await rest(delay);
      }
    }
  };

  const rest = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  // Browsers say when the network is back.
  globalThis.addEventListener?.("online", retryNow);
  void run();
  return {
    get state() {
      return state;
    },
    ready: ready.promise,
    close,
  };
}

/** Twice as long after each failure, anywhere in the upper half, so that many do not come back at once. */
function backoff(failures: number): number {
  const most = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(failures, 10));
  return most * (0.5 + Math.random() / 2);
}

/** Worth another try: the server is busy or away. */
function passing({ status }: PlinthClientError): boolean {
  return status >= 500 || status === 408 || status === 429;
}

async function send(
  { url, key, token, credentials, fetch = globalThis.fetch }: ClientOptions,
  { path, query, body }: ReturnType<Stream["request"]>,
  polling: boolean,
  signal: AbortSignal,
): Promise<Response> {
  const address = new URL(path, url.endsWith("/") ? url : `${url}/`);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) address.searchParams.set(name, value);
  if (polling) address.searchParams.set("poll", "1");
  const bearer = typeof token === "function" ? await token() : token;
  const headers: Record<string, string> = { accept: polling ? "application/json" : "text/event-stream" };
  if (key !== undefined) headers["x-api-key"] = key;
  if (bearer !== undefined) headers.authorization = `Bearer ${bearer}`;
  if (body !== undefined) headers["content-type"] = "application/json";
  const response = await fetch(address, {
    method: body === undefined ? "GET" : "POST",
    headers,
    signal,
    cache: "no-store",
    ...(credentials && { credentials }),
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (response.ok) return response;
  const text = await response.text();
  throw refusalIn(text, response.status);
}

function refusalIn(text: string, status: number): PlinthClientError {
  try {
    const { error } = JSON.parse(text) as { error: { code: string; message: string; details?: object } };
    return new PlinthClientError(error.code, error.message, status, error.details as never);
  } catch {
    return new PlinthClientError("UNKNOWN", `The server answered ${status}.`, status);
  }
}
