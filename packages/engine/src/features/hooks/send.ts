import type { JsonObject, SqlDriver } from "@plinth/core";
import {
  claimHookMessages,
  deleteHookMessage,
  findUser,
  type HookMessageRow,
  nextHookTime,
  postponeHookMessage,
} from "@plinth/db";
import { hookFailureWords, sendHook } from "../../identity/hooks/call-hook.ts";
import { recordRefusal } from "../../identity/security-events.ts";
import { authSettingsOf } from "../../identity/settings/auth-settings.ts";
import type { NextRun } from "../../kernel/alarm-clock.ts";
import type { Engine } from "../../kernel/engine.ts";
import { longestPause, retryPause } from "../../kernel/retry-pause.ts";

/** Sent at the same time. */
const AT_ONCE = 5;
/** Longer than a program may take; then another process sends the message, because the first one has died. */
const LEASE_MS = 60_000;
const PAUSES = { firstMs: 10_000, longestMs: 3_600_000 };
/** For so long a message is tried. */
const TRIED_MS = 86_400_000;

/** Sends some of the messages that are due; returns whether there may be more. */
export async function sendHookMessages(engine: Engine, driver: SqlDriver): Promise<boolean> {
  const now = engine.clock.now();
  const claimed = await claimHookMessages(driver, {
    now,
    leaseUntil: now + LEASE_MS,
    latest: now + longestPause(PAUSES),
    most: AT_ONCE,
  });
  await Promise.all(claimed.map((message) => sendOne(engine, driver, message)));
  return claimed.length === AT_ONCE;
}

export const nextHooks = async (_: Engine, driver: SqlDriver): Promise<NextRun> => ({ at: await nextHookTime(driver) });

async function sendOne(engine: Engine, driver: SqlDriver, message: HookMessageRow): Promise<void> {
  const { id, workspaceId, userId, attempts, createdAt } = message;
  const { clock, log } = engine;
  const reason = await failureOf(engine, driver, message);
  if (reason === undefined) return deleteHookMessage(driver, message);
  log.warn("a hook failed", { workspaceId, hook: message.hook, reason, message: id, attempts });
  if (clock.now() < createdAt + TRIED_MS) {
    return postponeHookMessage(driver, message, clock.now() + retryPause(attempts, PAUSES));
  }
  const detail = { hook: message.hook, reason };
  await recordRefusal(engine, driver, { workspaceId, type: "hook_failure", target: `user:${userId}`, detail });
  await deleteHookMessage(driver, message);
}

/** Why the program has not accepted the message. Undefined: it has, or nobody is to hear of it any more. */
async function failureOf(engine: Engine, driver: SqlDriver, message: HookMessageRow): Promise<string | undefined> {
  const { id, workspaceId, userId, createdAt: at } = message;
  const { hooks } = await authSettingsOf(engine, driver, workspaceId);
  const url = hooks.after_sign_in;
  const user = await findUser(driver, workspaceId, userId);
  if (url === null || !user) return undefined;
  const data = {
    workspace: workspaceId,
    user_id: userId,
    email: user.email,
    ...(JSON.parse(message.data) as JsonObject),
  };
  const sent = { workspaceId, hook: "after_sign_in", url, secretIds: hooks.secret_ids, id, at, data } as const;
  try {
    return await sendHook(engine, driver, sent, ({ status }) =>
      status >= 200 && status < 300 ? undefined : `status ${status}`,
    );
  } catch (error) {
    return hookFailureWords(error);
  }
}
