import { uuidv7, webhookSecret } from "@plinth/core";
import type { RequestContext } from "../../kernel/engine.ts";
import { authSettingsOf, changeAuthSettings } from "../settings/auth-settings.ts";
import { hookKey } from "./call-hook.ts";

/** Makes a new secret, beside which the one before still signs. */
export async function rotateHookSecret(ctx: RequestContext): Promise<{ id: string; secret: string }> {
  const { engine, driver, principal, now } = ctx;
  const { workspaceId } = principal;
  const id = uuidv7(now);
  const { hooks } = await authSettingsOf(engine, driver, workspaceId);
  await changeAuthSettings(ctx, { hooks: { secret_ids: [id, ...hooks.secret_ids.slice(0, 1)] } });
  return { id, secret: webhookSecret(await hookKey(engine, workspaceId, id)) };
}
