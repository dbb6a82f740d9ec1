import { type Awaitable, isObject, type Json, type JsonObject, type SqlDriver, whenDone } from "@plinth/core";
import { findTokenSettings } from "@plinth/db";
import type { Engine } from "../kernel/engine.ts";
import { recentChanges } from "./identity-changes.ts";
import { tokenState } from "./token-state.ts";

/** How a workspace's tokens are made. */
export interface TokenSettings {
  readonly access_token_minutes: number;
  /** The `aud` of its tokens; null: their issuer. */
  readonly audience: string | null;
  /** Claims that every token holds beside its own. */
  readonly claims: JsonObject;
}

/** Sessions that ended are remembered for longer than this. */
export const MAX_ACCESS_TOKEN_MINUTES = 60;

export const DEFAULT_TOKEN_SETTINGS: TokenSettings = { access_token_minutes: 15, audience: null, claims: {} };

/** At most about a second old. */
export function tokenSettings(engine: Engine, driver: SqlDriver, workspaceId: string): Awaitable<TokenSettings> {
  return whenDone(recentChanges(engine).current(driver), (changes) => {
    const state = tokenState(engine);
    state.keepUpWith(changes);
    const found = state.settings.get(workspaceId, driver.lifetime === "process", async () => {
      const body = await findTokenSettings(driver, workspaceId);
      const own = body === undefined ? {} : (JSON.parse(body) as Partial<TokenSettings>);
      return { value: { ...DEFAULT_TOKEN_SETTINGS, ...own } };
    });
    return whenDone(found, (settings) => settings!);
  });
}

/** What a text in the settings' claims may stand for. */
export type ClaimVariables = Readonly<Record<(typeof CLAIM_VARIABLES)[number], Json>>;

export const CLAIM_VARIABLES = ["$user.id", "$user.email", "$user.roles", "$workspace.id"] as const;

/** The claims with what their variables stand for. */
export function filledIn(value: Json, variables: ClaimVariables): Json {
  if (typeof value === "string") return Object.hasOwn(variables, value) ? variables[value as "$user.id"] : value;
  if (Array.isArray(value)) return value.map((item) => filledIn(item, variables));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, filledIn(item, variables)]));
}
