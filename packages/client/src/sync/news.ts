import { PlinthClientError } from "../index.ts";
import { unreachable } from "../request.ts";
import type { Shapes } from "../schema/index.ts";
import { type AnswerStream, answerStream, canStream, type Streamed } from "./answer-stream.ts";
import type { SyncAnswer } from "./wire.ts";

/** A stream that ends sooner has brought nothing that a request would not. */
const BRIEF_MS = 1000;
/** After so many of them, requests wait for news in their place. */
const MAX_BRIEF = 3;
/** The network may be another one by then. */
const TRY_AGAIN_MS = 600_000;

/** News by a stream, answer by answer, as if each were asked for. */
export interface News {
  /** Whether streams get through, as far as is known. */
  readonly works: boolean;
  /** The answer that follows on a position. Undefined: a request has to ask for it. Throws a `PlinthClientError`. */
  next(shapes: Shapes, after: string | undefined, wait: boolean, signal?: AbortSignal): Promise<SyncAnswer | undefined>;
  end(): void;
}

/** Asks for a stream. Throws what the server refuses. */
type OpenStream = (shapes: Shapes, after: string | undefined, signal: AbortSignal) => Promise<Response>;

export function newsBy(open: OpenStream): News {
  let blockedUntil = canStream ? 0 : Number.POSITIVE_INFINITY;
  let brief = 0;
  let stream: AnswerStream | undefined;

  const end = (): void => {
    stream?.close();
    stream = undefined;
  };

  const read = async (own: AnswerStream, signal: AbortSignal | undefined): Promise<Streamed> => {
    const stop = (): void => own.close();
    signal?.addEventListener("abort", stop);
    if (signal?.aborted) stop();
    try {
      return await own.next();
    } catch (error) {
      end();
      throw error instanceof PlinthClientError ? error : unreachable(error);
    } finally {
      signal?.removeEventListener("abort", stop);
    }
  };

  const news: News = {
    get works() {
      return Date.now() >= blockedUntil;
    },
    end,
    async next(shapes, after, wait, signal) {
      // A stream goes on from where it was, which may not be what is stored.
      if (stream?.at !== after) end();
      while (stream || (wait && news.works)) {
        stream ??= answerStream((inner) => open(shapes, after, inner), after);
        const begun = Date.now();
        const answer = await read(stream, signal);
        if (typeof answer === "object") return answer;
        end();
        if (signal?.aborted) throw unreachable(signal.reason);
        brief = Date.now() - begun < BRIEF_MS ? brief + 1 : 0;
        if (answer === "silent" || brief >= MAX_BRIEF) blockedUntil = Date.now() + TRY_AGAIN_MS;
        if (answer !== "renew") return undefined;
      }
      return undefined;
    },
  };
  return news;
}
