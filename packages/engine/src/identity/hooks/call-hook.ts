import {
  type Awaitable,
  deriveKey,
  isObject,
  type JsonObject,
  type OutgoingAnswer,
  OutgoingError,
  outgoingWords,
  PlinthError,
  parseConverted,
  postBounded,
  type SqlDriver,
  uuidv7,
  webhookHeaders,
} from "@plinth/core";
import type { Engine } from "../../kernel/engine.ts";
import { askHookFunction, HookFunctionError, hookFunctionIn } from "../../kernel/hook-function.ts";
import { recordRefusal } from "../security-events.ts";
import { authSettingsOf } from "../settings/auth-settings.ts";
import type { HookName } from "../settings/hooks.ts";
import { HookFailure } from "./hook-failure.ts";

/** Somebody waits for the answer. */
const LIMITS = { timeoutMs: 5000, maxBytes: 4096 } as const;

/** How the requests name themselves. A released name never changes. */
const TYPES: Readonly<Record<HookName, string>> = {
  before_sign_up: "sign_up.before",
  after_sign_in: "sign_in.after",
  password_check: "password.check",
  token_claims: "token.claims",
  file_scan: "file.scan",
};

export interface HookMessage {
  readonly workspaceId: string;
  readonly hook: HookName;
  readonly url: string;
  /** Of the secrets that sign it. */
  readonly secretIds: readonly string[];
  /** The same whenever this message is sent again. */
  readonly id: string;
  /** When that happened of which it tells. */
  readonly at: number;
  readonly data: JsonObject;
  /** How long its answer may take. Absent: as long as somebody waits for it. */
  readonly timeoutMs?: number;
}

type HookAnswer = Pick<OutgoingAnswer, "status" | "text">;

/**
 * Sends a message to a program of the workspace's, signed, or to a function, and reads the answer. What it throws
 * `hookFailureReason` explains; what `read` throws also fails the run of the function.
 */
export async function sendHook<Read>(
  engine: Engine,
  driver: SqlDriver,
  message: HookMessage,
  read: (answer: HookAnswer) => Awaitable<Read>,
): Promise<Read> {
  const { workspaceId, hook, url, secretIds, id, at, data, timeoutMs = LIMITS.timeoutMs } = message;
  const { config, clock, publicFetch } = engine;
  const content = { type: TYPES[hook], timestamp: new Date(at).toISOString(), data };
  const name = hookFunctionIn(url);
  if (name !== undefined) {
    return askHookFunction(engine, driver, {
      workspaceId,
      name,
      message: { id: `msg_${id}`, ...content },
      timeoutMs,
      read: (answer) => read({ status: 200, text: JSON.stringify(answer) }),
    });
  }
  const body = JSON.stringify(content);
  const keys = await Promise.all(secretIds.map((secret) => hookKey(engine, workspaceId, secret)));
  const timestamp = Math.floor(clock.now() / 1000);
  const signed = await webhookHeaders(keys, { id: `msg_${id}`, timestamp, body });
  const headers = { ...signed, "content-type": "application/json" };
  const limits = { ...LIMITS, timeoutMs, mayBePrivate: config.privateAddresses, publicFetch };
  return read(await postBounded(url, { headers, body }, limits));
}

/** Derived, not stored: a reader of the database cannot sign. */
export function hookKey({ config }: Engine, workspaceId: string, id: string): Promise<string> {
  return deriveKey(config.secret, `hooks:${workspaceId}:${id}`);
}

/** What a program of the workspace's is asked. */
export interface HookQuestion<Answer> {
  readonly workspaceId: string;
  readonly hook: HookName;
  /** Called only where there is such a program. */
  data(): Awaitable<JsonObject>;
  /** Throws `HookFailure` for an answer that says nothing clear. */
  read(answer: JsonObject): Awaitable<Answer>;
  /** What the caller reads where the program gives no clear answer. */
  readonly failed: string;
  /** For the security log. */
  readonly address?: string | null | undefined;
  readonly target?: string | undefined;
}

/**
 * Asks a program of the workspace's. Undefined: it has none for this. Whatever is not a clear answer fails the request: one
 * that comes late, cannot be read, or does not come.
 */
export async function askHook<Answer>(
  engine: Engine,
  driver: SqlDriver,
  question: HookQuestion<Answer>,
): Promise<Answer | undefined> {
  const { workspaceId, hook, address, target } = question;
  const { hooks } = await authSettingsOf(engine, driver, workspaceId);
  const url = hooks[hook];
  if (url === null) return undefined;
  const now = engine.clock.now();
  const about = { workspaceId, hook, url, secretIds: hooks.secret_ids, id: uuidv7(now), at: now };
  const data = await question.data();
  try {
    return await sendHook(engine, driver, { ...about, data }, (answer) => question.read(hookAnswer(answer)));
  } catch (error) {
    const reason = hookFailureWords(error);
    engine.log.warn("a hook failed", { workspaceId, hook, reason });
    await recordRefusal(engine, driver, {
      workspaceId,
      type: "hook_failure",
      target,
      address,
      detail: { hook, reason },
    });
    throw new PlinthError("UNAVAILABLE", question.failed);
  }
}

interface DecisionQuestion<Allowed> extends Omit<HookQuestion<unknown>, "read"> {
  readonly code: "SIGN_UP_REFUSED" | "ATTEMPT_REFUSED";
  /** What else the answer says that allows it. Throws as `read` does. */
  allowed?(answer: JsonObject): Promise<Allowed>;
}

const DENIED: unique symbol = Symbol("denied");

/** Asks for a decision. A refusal is recorded, and throws `code`. */
export async function askDecision<Allowed = undefined>(
  engine: Engine,
  driver: SqlDriver,
  { code, allowed, ...question }: DecisionQuestion<Allowed>,
): Promise<Allowed | undefined> {
  const read = async (answer: JsonObject): Promise<Allowed | typeof DENIED | undefined> =>
    decisionIn(answer) === "deny" ? DENIED : allowed?.(answer);
  const decided = await askHook(engine, driver, { ...question, read });
  if (decided !== DENIED) return decided;
  const { workspaceId, hook, address, target } = question;
  await recordRefusal(engine, driver, { workspaceId, type: "hook_refusal", target, address, detail: { hook } });
  throw new PlinthError(code);
}

export function decisionIn({ decision }: JsonObject): "allow" | "deny" {
  if (decision === "allow" || decision === "deny") return decision;
  throw new HookFailure("no decision");
}

/** What a program has answered. Throws `HookFailure` or `SyntaxError` where that is no object. */
export function hookAnswer({ status, text }: HookAnswer): JsonObject {
  if (status !== 200) throw new HookFailure(`status ${status}`);
  const answer = parseConverted(text);
  if (!isObject(answer)) throw new HookFailure("not an object");
  return answer;
}

/** The same for the administrators of the workspace, who have chosen the address: with what the network says. */
export function hookFailureWords(error: unknown): string {
  const isAbout = error instanceof OutgoingError && outgoingWords(error) !== error.message;
  return isAbout ? `${error.reason}: ${outgoingWords(error)}` : hookFailureReason(error);
}

/** Why a program has given no answer. Throws what has another cause. */
export function hookFailureReason(error: unknown): string {
  if (error instanceof OutgoingError) return error.reason;
  if (error instanceof HookFailure || error instanceof HookFunctionError) return error.message;
  if (error instanceof SyntaxError) return "not JSON";
  throw error;
}
