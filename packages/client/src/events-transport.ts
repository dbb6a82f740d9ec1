import { readEvents } from "./event-stream.ts";
import { send } from "./request.ts";
import type { Connection, Message, Stream, StreamSink, Transport } from "./transport.ts";
import type { ClientOptions } from "./types.ts";

/** The server sends a heartbeat every 20 seconds. */
const SILENCE_MS = 50_000;
/** The first message comes at once; otherwise something in between buffers streams, and polling works. */
const FIRST_MS = 10_000;
/** An empty answer that ends sooner has not waited for messages. */
const WAITED_MS = 1000;

/** Each stream is its own response: server-sent events, or polls where those do not get through. */
export function eventsTransport(options: ClientOptions): Transport {
  return (stream) => eventsConnection(options, stream);
}

function eventsConnection(options: ClientOptions, stream: Stream): Connection {
  let polling = false;
  let bare = 0;

  /**
   * Hosts end each answer and ask for the next one at once: the first with the position to resume from, the others
   * after a message or a wait. Several with neither mean an error.
   */
  const pause = (retry: number | undefined, began: number, received: boolean): number | undefined => {
    if (received || Date.now() - began >= WAITED_MS) bare = 0;
    else bare++;
    return bare > 1 ? undefined : retry;
  };

  const connect = async (sink: StreamSink, signal: AbortSignal): Promise<number | undefined> => {
    const began = Date.now();
    let received = false;
    const abort = new AbortController();
    const stop = (): void => abort.abort();
    signal.addEventListener("abort", stop);
    let timer = setTimeout(stop, SILENCE_MS);
    const alive = (ms: number): void => {
      clearTimeout(timer);
      timer = setTimeout(stop, ms);
    };
    try {
      const { path, query, body, after } = stream.request();
      const resume = body === undefined ? { after } : { known: after };
      const response = await send(options, path, {
        query: { ...query, ...resume, ...(polling && { poll: "1" }) },
        accept: polling ? "application/json" : "text/event-stream",
        ...(body && { body }),
        signal: abort.signal,
      });
      if (!response.headers.get("content-type")?.includes("text/event-stream")) {
        const { data, next } = (await response.json()) as { data: Message[]; next?: string };
        for (const message of data) if (!sink.take(message, undefined)) return 0;
        sink.take({ event: "position" }, next);
        return pause(0, began, data.some(hasContent));
      }
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
          const message = event.data === undefined ? { event: "position" } : (JSON.parse(event.data) as Message);
          if (event.data === undefined && event.id === undefined) continue;
          received ||= hasContent(message);
          if (!sink.take(message, event.id)) return 0;
        }
      } finally {
        clearTimeout(silent);
      }
      return pause(retry, began, received);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      abort.abort();
    }
  };

  return { connect };
}

/** More than a confirmation that the stream is subscribed or up to date. */
function hasContent({ event }: Message): boolean {
  return event !== "ready" && event !== "same" && event !== "position";
}
