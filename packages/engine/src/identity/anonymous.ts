import { type LimitPolicy, limitDetails, PlinthError, type SqlDriver } from "@plinth/core";
import type { Engine } from "../kernel/engine.ts";
import { networkOf } from "./client-address.ts";
import { sharedLimiter } from "./limits/index.ts";
import { authSettingsOf } from "./settings/auth-settings.ts";

const HOUR_MS = 3_600_000;

/** Throws where a workspace takes no anonymous users, or has taken enough of them from this address. */
export async function acceptAnonymous(
  engine: Engine,
  driver: SqlDriver,
  workspaceId: string,
  address: string | null,
): Promise<void> {
  const { sign_in, max_per_hour: max } = (await authSettingsOf(engine, driver, workspaceId)).anonymous;
  if (!sign_in) throw new PlinthError("SIGN_UP_CLOSED", "Users without an account are not accepted here.");
  if (engine.config.authRateLimit === 0) return;
  const policy: LimitPolicy = { name: "anonymous-users", max, windowMs: HOUR_MS };
  const who = `${workspaceId} ${address === null ? "" : networkOf(address)}`;
  const state = await sharedLimiter(engine).take(driver, policy, who);
  if (!state.allowed) throw new PlinthError("RATE_LIMITED", undefined, limitDetails(state));
}
