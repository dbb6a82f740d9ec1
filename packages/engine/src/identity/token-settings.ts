import { type Awaitable, type SqlDriver, whenDone } from "@plinth/core";
import type { Engine } from "../kernel/engine.ts";
import { recentChanges } from "./identity-changes.ts";
import { readSection } from "./settings/auth-settings.ts";
import type { TokenSettings } from "./settings/tokens.ts";
import { tokenState } from "./token-state.ts";

/** How the workspace's tokens are made. At most about a second old. */
export function tokenSettings(engine: Engine, driver: SqlDriver, workspaceId: string): Awaitable<TokenSettings> {
  return whenDone(recentChanges(engine).current(driver), (changes) => {
    const state = tokenState(engine);
    state.keepUpWith(changes);
    const found = state.settings.get(workspaceId, driver.lifetime === "process", async () => ({
      value: (await readSection(engine, driver, workspaceId, "tokens")) as TokenSettings,
    }));
    return whenDone(found, (settings) => settings!);
  });
}
