import { deferred } from "./deferred.ts";
import { backoff, HELD_MS, type Message, type Stream, type Transport } from "./transport.ts";
import { PlinthClientError, type State, type Subscription } from "./types.ts";

/** Mismatches older than this are forgotten; longer than the longest pause. */
const FORGET_MS = 60_000;

/** Keeps a stream open: connects, resumes, and waits longer after each failure. */
export function follow(transport: Transport, stream: Stream): Subscription {
  const ready = deferred<void>();
  ready.promise.catch(() => {});
  const connection = transport(stream);
  const abort = new AbortController();
  let state: State = "connecting";
  let failures = 0;
  /** When this connection received its first message. */
  let heardAt: number | undefined;
  let fits = true;
  let misfits = 0;
  let misfitAt: number | undefined;
  let wake: (() => void) | undefined;

  const enter = (next: State): void => {
    if (state === next || state === "closed") return;
    state = next;
    stream.onState?.(next);
  };

  const close = (): void => {
    if (state === "closed") return;
    enter("closed");
    abort.abort();
    wake?.();
    connection.close?.();
    globalThis.removeEventListener?.("online", retryNow);
    stream.signal?.removeEventListener("abort", close);
  };

  const retryNow = (): void => {
    failures = 0;
    connection.hurry?.();
    wake?.();
  };

  const afterMisfit = (): number => {
    const now = Date.now();
    if (misfitAt !== undefined && now - misfitAt >= FORGET_MS) misfits = 0;
    misfitAt = now;
    return backoff(misfits++);
  };

  /** Milliseconds before the next attempt after a failure. A message alone is no success: it may be the only one. */
  const afterFailure = (): number => {
    if (heardAt !== undefined && Date.now() - heardAt >= HELD_MS) failures = 0;
    return backoff(failures++);
  };

  const sink = {
    take(message: Message, position: string | undefined): boolean {
      if (message.event === "closed") {
        throw new PlinthClientError(String(message.code), String(message.message), Number(message.status));
      }
      heardAt ??= Date.now();
      enter("live");
      ready.resolve();
      fits = stream.take(message, position);
      return fits;
    },
    lost: () => enter("connecting"),
  };

  const run = async (): Promise<void> => {
    while (state !== "closed") {
      let delay: number;
      fits = true;
      heardAt = undefined;
      try {
        const retry = await connection.connect(sink, abort.signal);
        if (!fits) {
          delay = afterMisfit();
        } else if (retry === undefined) {
          delay = afterFailure();
        } else {
          failures = 0;
          delay = retry * (0.5 + Math.random());
        }
      } catch (error) {
        if ((state as State) === "closed") return;
        if (error instanceof PlinthClientError && stream.recover?.(error)) {
          delay = failures === 0 ? 0 : backoff(failures - 1);
          failures++;
        } else if (error instanceof PlinthClientError && !passing(error)) {
          ready.reject(error);
          (stream.onError ?? report)(error);
          return close();
        } else {
          delay = afterFailure();
        }
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

  // Browsers report when the network is back.
  globalThis.addEventListener?.("online", retryNow);
  stream.signal?.addEventListener("abort", close);
  if (stream.signal?.aborted) close();
  else void run();
  return {
    get state() {
      return state;
    },
    ready: ready.promise,
    close,
  };
}

/** A subscription that ends silently looks like one without events. */
function report(error: PlinthClientError): void {
  // biome-ignore lint/suspicious/noConsole: a caller without `onError` has no other place to find it.
  console.error(`Plinth ended a subscription: ${error.message} (${error.code})`);
}

/** Worth a retry: the server is busy or unreachable. */
function passing({ status }: PlinthClientError): boolean {
  return status === 0 || status >= 500 || status === 408 || status === 429;
}
