import { elapsed, PlinthError } from "@plinth/core";
import type { Context } from "hono";
import type { AppEnv } from "../context.ts";
import { type IdempotentAnswer, respond } from "./idempotency.ts";
import { errorBody } from "./native.ts";

const PROGRESS_MS = 250;
const NDJSON = "application/x-ndjson";

type OnProgress = (progress: object) => void;

/** Answers a long write: with its result, or, for a caller who accepts NDJSON, with lines of its progress before it. */
export async function answerWithProgress(
  c: Context<AppEnv>,
  what: string,
  run: (onProgress?: OnProgress) => Promise<IdempotentAnswer>,
): Promise<Response> {
  if (c.req.header("accept")?.includes(NDJSON)) return withProgress(c, what, run);
  const { answer, replayed } = await run();
  return respond(c, answer, replayed);
}

const encoder = new TextEncoder();
/** Lines of progress, and the result as the last one. An error before the first line keeps its own status. */
async function withProgress(
  c: Context<AppEnv>,
  what: string,
  run: (onProgress: OnProgress) => Promise<IdempotentAnswer>,
): Promise<Response> {
  const { clock, log } = c.env.platform;
  let out: ReadableStreamDefaultController<Uint8Array> | undefined;
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => {
      out = controller;
    },
    cancel: () => {
      out = undefined;
    },
  });
  const send = (line: string): void => out?.enqueue(encoder.encode(`${line}\n`));
  let last = clock.now();
  let begun = (): void => {};
  const first = new Promise<undefined>((resolve) => (begun = () => resolve(undefined)));
  const work = run((progress) => {
    if (elapsed(clock.now(), last) < PROGRESS_MS) return;
    last = clock.now();
    send(JSON.stringify({ progress }));
    begun();
  });
  const done = await Promise.race([first, work]);
  const finish = work
    .then(
      ({ answer }) => send(answer.body),
      (error: unknown) => {
        const shown = error instanceof PlinthError ? error : new PlinthError("INTERNAL");
        const { code, status } = shown;
        if (status >= 500) log.error(`${what} failed`, { ...c.env.logged, error });
        else log.debug(`${what} refused`, { ...c.env.logged, code });
        send(JSON.stringify(errorBody(shown, c.env.id)));
      },
    )
    .then(() => out?.close());
  c.env.streaming = finish;
  return new Response(stream, {
    headers: { "content-type": NDJSON, ...(done?.replayed && { "idempotency-replayed": "true" }) },
  });
}
