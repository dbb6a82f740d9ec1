import type { Context } from "hono";
import type { AppEnv } from "../context.ts";
import { type AnswerHeaders, answer, JSON_TYPE } from "./answer.ts";
import { fileStream } from "./file-stream.ts";

/** What a connection may hold uncounted: systems buffer more than that themselves. */
const LARGE_CHARS = 128 * 1024;
const PIECE_BYTES = 128 * 1024;
/** How long a client may stop reading an answer, which is in memory meanwhile. */
const STALL_MS = 30_000;

const encoder = new TextEncoder();

/**
 * Answers a read, which may be large: its bytes are counted until the client has them, and beyond the limit it is refused, as
 * nothing was changed. A client that does not read loses its answer.
 */
export function jsonRead(c: Context<AppEnv>, body: unknown, status = 200, more?: AnswerHeaders): Response {
  const text = JSON.stringify(body);
  const headers = { ...more, "content-type": JSON_TYPE };
  if (text.length <= LARGE_CHARS || c.req.method === "HEAD") return answer(c, text, status, headers);
  const bytes = encoder.encode(text);
  const { admission, platform } = c.env;
  const sent = admission.send(c.env, c.req.raw.headers, bytes.byteLength);
  if (!sent) return answer(c, text, status, headers);
  const { body: stream, ended } = fileStream(piecesOf(bytes), {
    onError: (error) => platform.log.error("answer failed", { ...c.env.logged, error }),
    stallMs: STALL_MS,
  });
  void ended.then(sent);
  return answer(c, stream, status, headers);
}

async function* piecesOf(bytes: Uint8Array<ArrayBuffer>): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  for (let from = 0; from < bytes.byteLength; from += PIECE_BYTES) yield bytes.subarray(from, from + PIECE_BYTES);
}
