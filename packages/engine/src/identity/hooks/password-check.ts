import type { PasswordAttempt } from "@plinth/auth";
import type { SqlDriver } from "@plinth/core";
import { findUser, findUserByEmail } from "@plinth/db";
import type { Engine } from "../../kernel/engine.ts";
import { askDecision } from "./call-hook.ts";

/**
 * Has the workspace's program decide about an attempt with a password, right or wrong. It is asked about addresses without
 * an account too, and its refusal is answered alike: neither tells whether there is one, or whether the password was right.
 */
export async function askPasswordCheck(
  engine: Engine,
  driver: SqlDriver,
  workspaceId: string,
  { email, userId, valid, purpose, address }: PasswordAttempt,
): Promise<void> {
  await askDecision(engine, driver, {
    workspaceId,
    hook: "password_check",
    async data() {
      const found =
        userId === undefined
          ? await findUserByEmail(driver, workspaceId, email?.toLowerCase() ?? "")
          : await findUser(driver, workspaceId, userId);
      const user_id = found?.id ?? null;
      return { workspace: workspaceId, user_id, email: found?.email ?? email?.toLowerCase() ?? null, valid, purpose };
    },
    code: "ATTEMPT_REFUSED",
    failed: "Passwords cannot be checked now. Try again later.",
    address,
    target: userId === undefined ? undefined : `user:${userId}`,
  });
}
