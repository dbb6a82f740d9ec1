import type { Json } from "@plinth/core";
import type { Scope } from "@plinth/engine";
import type { Context } from "hono";
import type { AppEnv } from "../context.ts";
import { once } from "./idempotency.ts";
import { etagOf } from "./preconditions.ts";

/** What a write answers with, before it is text. */
export interface WriteAnswer {
  readonly status: 200 | 201;
  readonly body: { readonly data: Json; readonly [key: string]: Json };
}

/** Does a write and answers with its outcome, tagged with the version where that is one item. */
export async function answerWrite(c: Context<AppEnv>, work: (scope: Scope) => Promise<WriteAnswer>): Promise<Response> {
  const key = c.req.raw.headers.get("idempotency-key");
  if (key !== null) {
    return once(c, key, async (scope) => {
      const { status, body } = await work(scope);
      return { status, etag: etagOf(body.data) ?? null, body: JSON.stringify(body) };
    });
  }
  const { status, body } = await work(c.get("scope"));
  const tag = etagOf(body.data);
  return tag === undefined ? c.json(body, status) : c.json(body, status, { etag: tag });
}
