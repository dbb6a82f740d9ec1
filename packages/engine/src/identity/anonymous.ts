import { type LimitPolicy, limitDetails, PlinthError, type SqlDriver } from "@plinth/core";
import type { Engine } from "../kernel/engine.ts";
import { networkOf } from "./client-address.ts";
import { sharedLimiter } from "./limits/index.ts";
import { authSettingsOf } from "./settings/auth-settings.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Throws if the workspace accepts no anonymous users, or no more of them, in all or from this address. */
export async function acceptAnonymous(
  engine: Engine,
  driver: SqlDriver,
  workspaceId: string,
  address: string | null,
): Promise<void> {
  const { sign_in, max_per_hour, max_per_day } = (await authSettingsOf(engine, driver, workspaceId)).anonymous;
  if (!sign_in) throw new PlinthError("SIGN_UP_CLOSED", "Users without an account are not accepted here.");
  const take = async (policy: LimitPolicy, who: string): Promise<void> => {
    const state = await sharedLimiter(engine).take(driver, policy, who);
    if (!state.allowed) throw new PlinthError("RATE_LIMITED", undefined, limitDetails(state));
  };
  if (engine.config.authRateLimit > 0) {
    const network = address === null ? "" : networkOf(address);
    await take({ name: "anonymous-users", max: max_per_hour, windowMs: HOUR_MS }, `${workspaceId} ${network}`);
  }
  // A client with many addresses must not fill the workspace.
  await take({ name: "anonymous-users-a-day", max: max_per_day, windowMs: DAY_MS }, workspaceId);
}
