import { invalid } from "@plinth/core";
import { authSettingsOf } from "../../identity/settings/auth-settings.ts";
import type { RequestContext } from "../../kernel/engine.ts";

/** Without one, every new file of the bucket would wait for ever. */
export async function requireScanner({ engine, driver, principal }: RequestContext): Promise<void> {
  const { hooks } = await authSettingsOf(engine, driver, principal.workspaceId);
  if (hooks.file_scan !== null) return;
  throw invalid("scan", "needs a scanner: name its address as hooks.file_scan with PATCH /api/auth-settings");
}
