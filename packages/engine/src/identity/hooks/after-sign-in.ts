import type { AuthOptions } from "@plinth/auth";
import { type SqlDriver, uuidv7 } from "@plinth/core";
import { insertHookMessage } from "@plinth/db";
import type { Engine } from "../../kernel/engine.ts";
import { deviceName } from "../device.ts";
import { authSettingsOf } from "../settings/auth-settings.ts";

/** The schedule that sends what waits. */
export const HOOKS_SCHEDULE = "hooks";

/**
 * Has the workspace's program hear of each sign-in. The message is stored with the session and sent afterwards, as often as
 * it takes: nobody waits for it, and none is lost.
 */
export function afterSignIn(
  engine: Engine,
  driver: SqlDriver,
  workspaceId: string,
): Pick<AuthOptions, "onSignedIn" | "onSignInStored"> {
  let isAsked = false;
  return {
    async onSignedIn({ userId, sessionId, methods, address, userAgent }) {
      const { hooks } = await authSettingsOf(engine, driver, workspaceId);
      isAsked = hooks.after_sign_in !== null;
      if (!isAsked) return [];
      const now = engine.clock.now();
      const data = { session_id: sessionId, methods, address, device: deviceName(userAgent) };
      const message = { id: uuidv7(now), workspaceId, userId, hook: "after_sign_in", data: JSON.stringify(data) };
      return [insertHookMessage(driver, { ...message, createdAt: now })];
    },
    onSignInStored() {
      if (isAsked) engine.scheduler.wake(HOOKS_SCHEDULE);
    },
  };
}
