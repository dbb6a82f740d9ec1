import type { Json } from "@plinth/core";
import { keepAnswer, type Scope, type StoredAnswer } from "@plinth/engine";
import type { Context } from "hono";
import type { AppEnv } from "../context.ts";
import { once, respond } from "./idempotency.ts";
import { etagOf } from "./preconditions.ts";

/** What a write answers with, before it is text. */
export interface WriteAnswer {
  readonly status: 200 | 201;
  readonly body: { readonly data: Json; readonly [key: string]: Json };
}

export function done(data: Json): WriteAnswer {
  return { status: 200, body: { data } };
}

/** Does a write of items and answers with its outcome, tagged with the version where that is one item. */
export async function answerWrite(c: Context<AppEnv>, work: (scope: Scope) => Promise<WriteAnswer>): Promise<Response> {
  const key = keyIn(c);
  if (key !== null) {
    return once(c, key, async (scope, claim) => {
      const { status, body } = await work({ ...scope, claim });
      return keepAnswer(scope, claim.id, { status, etag: etagOf(body.data) ?? null, body: JSON.stringify(body) });
    });
  }
  const { status, body } = await work(c.get("scope"));
  const tag = etagOf(body.data);
  return tag === undefined ? c.json(body, status) : c.json(body, status, { etag: tag });
}

/** Does any other write and answers with its data, which are known before it and, where it has a key, kept with it. */
export async function answerData(
  c: Context<AppEnv>,
  status: 200 | 201 | 202,
  work: (scope: Scope) => Promise<unknown>,
): Promise<Response> {
  const tell = telling(status);
  const key = keyIn(c);
  if (key === null) return respond(c, tell(await work(c.get("scope"))));
  return once(c, key, async (scope, claim) => tell(await work({ ...scope, claim: { ...claim, tell } })));
}

export function telling(status: number): (data: unknown) => StoredAnswer {
  return (data) => ({ status, etag: null, body: JSON.stringify({ data }) });
}

export function keyIn(c: Context<AppEnv>): string | null {
  return c.req.raw.headers.get("idempotency-key");
}
