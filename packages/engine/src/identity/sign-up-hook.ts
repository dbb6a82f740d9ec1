import {
  deriveKey,
  fetchBounded,
  OutgoingError,
  PlinthError,
  type SqlDriver,
  uuidv7,
  webhookHeaders,
  webhookSecret,
} from "@plinth/core";
import type { Engine, RequestContext } from "../kernel/engine.ts";
import { authSettingsOf, changeAuthSettings } from "./settings/auth-settings.ts";

/** Somebody waits for the answer. */
const LIMITS = { timeoutMs: 5000, maxBytes: 4096 } as const;

export interface NewAccount {
  readonly workspaceId: string;
  readonly email: string;
  readonly method: "password" | "provider" | "mail";
}

/**
 * Asks the workspace's program whether there may be a new account. Whatever is not its clear consent refuses: an answer
 * that comes late, cannot be read, or does not come.
 */
export async function askBeforeSignUp(
  engine: Engine,
  driver: SqlDriver,
  { workspaceId, email, method }: NewAccount,
): Promise<void> {
  const { hooks } = await authSettingsOf(engine, driver, workspaceId);
  if (hooks.before_sign_up === null) return;
  const now = engine.clock.now();
  const data = { workspace: workspaceId, email: email.toLowerCase(), method };
  const body = JSON.stringify({ type: "sign_up.before", timestamp: new Date(now).toISOString(), data });
  const keys = await Promise.all(hooks.secret_ids.map((id) => keyOf(engine, workspaceId, id)));
  const signed = await webhookHeaders(keys, { id: `msg_${uuidv7(now)}`, timestamp: Math.floor(now / 1000), body });
  const decision = await ask(engine, hooks.before_sign_up, {
    method: "POST",
    headers: { ...signed, "content-type": "application/json" },
    body,
  });
  if (decision === "allow") return;
  if (decision === "deny") throw new PlinthError("SIGN_UP_REFUSED");
  engine.log.warn("the hook before sign-up failed", { workspaceId, reason: decision.failed });
  throw new PlinthError("UNAVAILABLE", "New accounts cannot be made now. Try again later.");
}

/** Makes a new secret, beside which the one before still signs. */
export async function rotateHookSecret(ctx: RequestContext): Promise<{ id: string; secret: string }> {
  const { engine, driver, principal, now } = ctx;
  const { workspaceId } = principal;
  const id = uuidv7(now);
  const { hooks } = await authSettingsOf(engine, driver, workspaceId);
  await changeAuthSettings(ctx, { hooks: { secret_ids: [id, ...hooks.secret_ids.slice(0, 1)] } });
  return { id, secret: webhookSecret(await keyOf(engine, workspaceId, id)) };
}

/** Derived, not stored: a reader of the database cannot sign. */
const keyOf = ({ config }: Engine, workspaceId: string, id: string): Promise<string> =>
  deriveKey(config.secret, `hooks:${workspaceId}:${id}`);

async function ask(
  { config }: Engine,
  url: string,
  init: Parameters<typeof fetchBounded>[1],
): Promise<"allow" | "deny" | { readonly failed: string }> {
  try {
    const { status, text } = await fetchBounded(url, init, { ...LIMITS, mayBePrivate: config.privateAddresses });
    if (status !== 200) return { failed: `status ${status}` };
    const answer = JSON.parse(text) as { decision?: unknown } | null;
    const decision = answer?.decision;
    return decision === "allow" || decision === "deny" ? decision : { failed: "no decision" };
  } catch (error) {
    if (error instanceof OutgoingError) return { failed: error.reason };
    if (error instanceof SyntaxError) return { failed: "not JSON" };
    throw error;
  }
}
