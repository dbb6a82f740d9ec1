import { invalid, sha256Hex } from "@plinth/core";
import {
  acquireLock,
  type HeldLock,
  type RequestContext,
  releaseKey,
  type SavedAnswer,
  type StoredAnswer,
} from "@plinth/engine";
import type { Context } from "hono";
import type { AppEnv } from "../context.ts";
import { answer } from "./answer.ts";
import { readBody } from "./body.ts";

const MAX_KEY = 255;

/**
 * `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): the write happens once, however often it is sent, and
 * every request gets the same answer. `work` writes under the lock and returns the answer to store.
 */
export async function once(c: Context<AppEnv>, header: string, work: IdempotentWork): Promise<Response> {
  const { answer, replayed } = await answerOnce(c, header, work);
  return respond(c, answer, replayed);
}

type IdempotentWork = (ctx: RequestContext, lock: HeldLock) => Promise<StoredAnswer>;

export interface IdempotentAnswer {
  readonly answer: StoredAnswer;
  readonly replayed: boolean;
}

/** A request that the lock cannot cover, as its body is too long to read first. Its query is compared here too. */
interface LongRequest {
  /** Whether the key is free for it, though another query was sent with it. Throws if it is not. */
  replaces(result: string): boolean;
  /** Reads the body, and refuses if the stored answer belongs to another. */
  recheck(kept: SavedAnswer): Promise<void>;
}

/** The same for an answer that is not yet a response. */
export async function answerOnce(
  c: Context<AppEnv>,
  header: string,
  work: IdempotentWork,
  long?: LongRequest,
): Promise<IdempotentAnswer> {
  const ctx = c.env.ctx;
  const key = keyOf(header);
  const hash = long ? await hashOf(c, false, new Uint8Array()) : await hashOf(c, true, await readBody(c));
  const acquired = await acquireLock(ctx, { key, hash, ...(long && { replaces: long.replaces }) });
  if ("answer" in acquired) {
    c.env.id = acquired.requestId ?? c.env.id;
    await long?.recheck(acquired);
    return { answer: acquired.answer, replayed: true };
  }
  const { lock } = acquired;
  const own = continueAs(c, lock.requestId);
  let answer: StoredAnswer;
  try {
    answer = await work(own, lock);
  } catch (error) {
    await releaseKey(own, lock);
    throw error;
  }
  return { answer, replayed: false };
}

/** From here on, the request has the id of the one that it continues: in the log, in the server's log and in its answer. */
export function continueAs(c: Context<AppEnv>, requestId: string | undefined): RequestContext {
  if (requestId !== undefined && requestId !== c.env.id) {
    c.env.id = requestId;
    c.env.ctx = { ...c.env.ctx, requestId };
  }
  return c.env.ctx;
}

export function respond(c: Context<AppEnv>, { status, etag, body }: StoredAnswer, replayed = false): Response {
  return answer(c, body, status, {
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

async function hashOf(c: Context<AppEnv>, withQuery: boolean, body: Uint8Array): Promise<string> {
  const { method, url } = c.req;
  const { pathname, search } = new URL(url);
  const head = new TextEncoder().encode(`${method} ${pathname}${withQuery ? search : ""}\n`);
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
  return sha256Hex(bytes);
}
