import type { Json } from "@plinth/core";
import { itemTag, type RequestContext, type StoredAnswer, saveAnswer } from "@plinth/engine";
import type { Context } from "hono";
import type { AppEnv } from "../context.ts";
import { json } from "./answer.ts";
import { once, respond } from "./idempotency.ts";

/** A write's answer before it is serialised. */
export interface WriteAnswer {
  readonly status: 200 | 201;
  readonly body: { readonly data: Json; readonly [key: string]: Json };
}

export function done(data: Json): WriteAnswer {
  return { status: 200, body: { data } };
}

/** Writes items and answers with the result; for one item, with its version as ETag. */
export async function answerWrite(
  c: Context<AppEnv>,
  work: (ctx: RequestContext) => Promise<WriteAnswer>,
): Promise<Response> {
  const key = keyIn(c);
  if (key !== null) {
    return once(c, key, async (ctx, lock) => {
      const { status, body } = await work({ ...ctx, lock });
      return saveAnswer(ctx, lock.id, { status, etag: itemTag(ctx, body.data) ?? null, body: JSON.stringify(body) });
    });
  }
  const { status, body } = await work(c.env.ctx);
  const tag = itemTag(c.env.ctx, body.data);
  return tag === undefined ? json(c, body, status) : json(c, body, status, { etag: tag });
}

/** Does any other write and answers with its data, which are known before it and, with a key, stored with it. */
export async function answerData(
  c: Context<AppEnv>,
  status: 200 | 201 | 202,
  work: (ctx: RequestContext) => Promise<unknown>,
): Promise<Response> {
  const answerFor = answerWithStatus(status);
  const key = keyIn(c);
  if (key === null) return respond(c, answerFor(await work(c.env.ctx)));
  return once(c, key, async (ctx, lock) => answerFor(await work({ ...ctx, lock: { ...lock, answerFor } })));
}

export function answerWithStatus(status: number): (data: unknown) => StoredAnswer {
  return (data) => ({ status, etag: null, body: JSON.stringify({ data }) });
}

/** Whoever only looks stores no answers. */
export function keyIn(c: Context<AppEnv>): string | null {
  if (c.env.administrator) return null;
  return c.req.raw.headers.get("idempotency-key");
}
