import type { Context } from "hono";
import type { AppEnv } from "../context.ts";
import { type AnswerHeaders, answer, JSON_TYPE, jsonAnswer } from "./answer.ts";
import { fileStream } from "./file-stream.ts";

/** What a connection may hold uncounted: systems buffer more than that themselves. */
const LARGE_CHARS = 128 * 1024;
const PIECE_CHARS = 128 * 1024;
/** How long a client may stop reading an answer, which is in memory meanwhile. */
const STALL_MS = 30_000;
/** From this size on, an answer takes so much memory that its reader must not be slow. */
const HUGE_CHARS = 1024 * 1024;
const MIN_BYTES_PER_SECOND_OF_HUGE = 64_000;

/**
 * Answers a read, which may be large: its characters count as bytes until the client has them, and beyond the limit it is refused, as
 * nothing was changed. A client that does not read, or reads too slowly, loses its answer.
 */
export function jsonRead(c: Context<AppEnv>, body: unknown, status = 200, tag?: string): Response {
  const text = JSON.stringify(body);
  if (text.length <= LARGE_CHARS || c.req.method === "HEAD") return jsonAnswer(c, text, status, tag);
  return textRead(c, text, status, { ...(tag !== undefined && { etag: tag }), "content-type": JSON_TYPE });
}

/** The same for an answer that is a text already. */
export function textRead(c: Context<AppEnv>, text: string, status: number, headers: AnswerHeaders): Response {
  if (text.length <= LARGE_CHARS) return answer(c, text, status, headers);
  const { admission, platform } = c.env;
  const begin = () =>
    fileStream(piecesOf(text), {
      onError: (error) => platform.log.error("answer failed", { ...c.env.logged, error }),
      stallMs: STALL_MS,
      ...(text.length >= HUGE_CHARS && { minBytesPerSecond: MIN_BYTES_PER_SECOND_OF_HUGE }),
    });
  const stream = admission.send(c.env, c.req.raw.headers, text.length, begin);
  return answer(c, stream?.body ?? text, status, headers);
}

/** Encoded one after another, so that the whole answer is in memory once. */
async function* piecesOf(text: string): AsyncGenerator<string, void> {
  for (let from = 0; from < text.length; ) {
    let to = from + PIECE_CHARS;
    // The two halves of one character stay together.
    if (text.codePointAt(to - 1)! > 0xffff) to--;
    yield text.slice(from, to);
    from = to;
  }
}
