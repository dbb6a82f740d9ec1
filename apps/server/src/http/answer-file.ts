import type { Context } from "hono";
import type { AppEnv } from "../context.ts";
import { fileStream } from "./file-stream.ts";

/** Answers with a file that is made while it is sent. */
export async function answerFile(
  c: Context<AppEnv>,
  pieces: AsyncGenerator<string | Uint8Array, void>,
  headers: Readonly<Record<string, string>>,
): Promise<Response> {
  // The body would be dropped, and its reader would never be seen to leave.
  if (c.req.method === "HEAD") {
    await pieces.return();
    return new Response(null, { headers });
  }
  const { log, copiesAnswers: copies, sentPieces } = c.env.platform;
  const { logged } = c.env;
  const { body, ended } = fileStream(pieces, {
    ...(c.env.slot && { slot: c.env.slot }),
    copies,
    sentPieces,
    onError: (error) => log.error("export failed", { ...logged, error }),
  });
  // The connection stays open meanwhile.
  c.env.streaming = ended;
  return new Response(body, { headers });
}
