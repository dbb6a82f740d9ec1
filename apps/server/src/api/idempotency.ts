import { invalid, sha256Hex } from "@plinth/core";
import { claimKey, forgetOldKeys, type HeldClaim, releaseKey, type Scope, type StoredAnswer } from "@plinth/engine";
import type { Context } from "hono";
import type { AppEnv } from "../context.ts";
import { readBody } from "./body.ts";

const MAX_KEY = 255;
/** One request in so many tidies up after those of yesterday. */
const TIDY_EVERY = 64;

/**
 * `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): the write happens once, however often it is sent, and
 * every sending gets the same answer. `work` does it under the claim and gives the answer that is kept.
 */
export async function once(
  c: Context<AppEnv>,
  header: string,
  work: (scope: Scope, claim: HeldClaim) => Promise<StoredAnswer>,
): Promise<Response> {
  const scope = c.get("scope");
  const key = keyOf(header);
  const claimed = await claimKey(scope, { key, hash: await hashOf(c) });
  if ("answer" in claimed) return respond(c, claimed.answer, true);
  const { claim } = claimed;
  let answer: StoredAnswer;
  try {
    answer = await work(scope, claim);
  } catch (error) {
    await releaseKey(scope, claim).catch((failure: unknown) => {
      scope.engine.log.warn("an idempotency key was not released", { error: failure });
    });
    throw error;
  }
  if (Math.random() < 1 / TIDY_EVERY) await tidy(scope);
  return respond(c, answer);
}

async function tidy(scope: Scope): Promise<void> {
  const work = forgetOldKeys(scope).catch((error: unknown) =>
    scope.engine.log.warn("old idempotency keys were not deleted", { error }),
  );
  if (scope.defer) scope.defer(work);
  else await work;
}

export function respond(c: Context<AppEnv>, { status, etag, body }: StoredAnswer, replayed = false): Response {
  return c.body(body, status as 200, {
    "content-type": "application/json",
    ...(etag !== null && { etag }),
    ...(replayed && { "idempotency-replayed": "true" }),
  });
}

/** A quoted string of printable characters (RFC 8941, 3.3.3), or the same without quotes. */
function keyOf(header: string): string {
  const text = header.trim();
  const quoted = /^"((?:[ !#-[\]-~]|\\["\\])*)"$/.exec(text)?.[1]?.replace(/\\(["\\])/g, "$1");
  const key = quoted ?? (/^[!#-~]+$/.test(text) ? text : "");
  if (key === "" || key.length > MAX_KEY)
    throw invalid("idempotency-key", `expected a text in quotes of 1 to ${MAX_KEY} printable characters`);
  return key;
}

async function hashOf(c: Context<AppEnv>): Promise<string> {
  const { method, url } = c.req;
  const { pathname, search } = new URL(url);
  const head = new TextEncoder().encode(`${method} ${pathname}${search}\n`);
  const body = await readBody(c);
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
  return sha256Hex(bytes);
}
