import { readEvents, type SseEvent } from "../event-stream.ts";
import type { SyncAnswer } from "./wire.ts";

/** The server sends a heartbeat every 20 seconds. */
const SILENCE_MS = 50_000;
/** The first event comes at once; otherwise something in between keeps streams back. */
const FIRST_MS = 10_000;

/**
 * What the next read of a stream gives. `silent`: nothing comes through. `renew`: the host ends each stream after a while,
 * and expects the next one at once. `ended`: it has ended otherwise, and a request finds out why.
 */
export type Streamed = SyncAnswer | "silent" | "renew" | "ended";

/** Answers that the server sends as soon as there is news. */
export interface AnswerStream {
  /** The position of the last answer: the next one follows on it. */
  readonly at: string | undefined;
  next(): Promise<Streamed>;
  close(): void;
}

/** Whether an answer can be read while it comes. Where it cannot, as in React Native, responses have no `body`. */
export const canStream = typeof Response !== "undefined" && "body" in Response.prototype;

/**
 * @param open Asks for the stream; throws what the server refuses.
 * @param after What the first answer follows on.
 */
export function answerStream(
  open: (signal: AbortSignal) => Promise<Response>,
  after: string | undefined,
): AnswerStream {
  const abort = new AbortController();
  let at = after;
  let works = false;
  /** Milliseconds that the server asks to wait before the next stream. */
  let retry: number | undefined;
  let events: AsyncGenerator<SseEvent> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const close = (): void => {
    clearTimeout(timer);
    abort.abort();
  };

  const begin = async (): Promise<AsyncGenerator<SseEvent> | undefined> => {
    const response = await open(abort.signal);
    const isStream = response.headers.get("content-type")?.includes("text/event-stream");
    if (isStream && response.body) return readEvents(response.body);
    await response.body?.cancel();
    return undefined;
  };

  const read = async (): Promise<Streamed> => {
    events ??= await begin();
    if (!events) return "silent";
    for (;;) {
      const { done, value } = await events.next();
      if (done) return works && retry === 0 ? "renew" : "ended";
      retry = value.retry ?? retry;
      clearTimeout(timer);
      timer = setTimeout(close, SILENCE_MS);
      const answer = answerOf(value);
      if (!answer) continue;
      works = true;
      if (answer !== "ended") at = answer.next;
      return answer;
    }
  };

  return {
    get at() {
      return at;
    },
    async next() {
      timer ??= setTimeout(close, FIRST_MS);
      try {
        return await read();
      } catch (error) {
        // Its own time is up: what follows is not known, and another request finds out.
        if (abort.signal.aborted) return works ? "ended" : "silent";
        throw error;
      }
    },
    close,
  };
}

/** Undefined: a heartbeat without news. */
function answerOf({ id, data }: SseEvent): SyncAnswer | "ended" | undefined {
  if (data === undefined) return id === undefined ? undefined : { changes: [], next: id, more: false, streamed: true };
  const answer = JSON.parse(data) as SyncAnswer & { readonly event?: string };
  // Why it was closed is the answer to the next request.
  if (answer.event === "closed") return "ended";
  return { ...answer, streamed: true };
}
