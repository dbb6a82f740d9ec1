import type { SignUpAmendment, SignUpQuestion } from "@plinth/auth";
import type { SqlDriver } from "@plinth/core";
import type { Engine } from "../../kernel/engine.ts";
import { authSettingsOf } from "../settings/auth-settings.ts";
import { amendmentIn } from "./amended-account.ts";
import { askDecision } from "./call-hook.ts";

export interface NewAccount extends SignUpQuestion {
  readonly workspaceId: string;
}

/**
 * Asks the workspace's program whether there may be a new account, and what is stored of it. Whatever is not its clear
 * consent refuses.
 */
export function askBeforeSignUp(
  engine: Engine,
  driver: SqlDriver,
  { workspaceId, email, name, method, address }: NewAccount,
): Promise<SignUpAmendment | undefined> {
  return askDecision(engine, driver, {
    workspaceId,
    hook: "before_sign_up",
    data: () => ({ workspace: workspaceId, email: email?.toLowerCase() ?? null, name, method }),
    async allowed(answer) {
      const { hooks } = await authSettingsOf(engine, driver, workspaceId);
      return amendmentIn(engine, driver, { workspaceId, listed: hooks.sign_up_fields, answer });
    },
    code: "SIGN_UP_REFUSED",
    failed: "New accounts cannot be made now. Try again later.",
    address,
  });
}
