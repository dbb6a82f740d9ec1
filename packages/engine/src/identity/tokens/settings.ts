import type { Awaitable, JsonObject, SqlDriver } from "@plinth/core";
import type { Engine } from "../../kernel/engine.ts";

/** How a workspace's tokens are made. */
export interface TokenSettings {
  readonly access_token_minutes: number;
  /** The `aud` of its tokens; null: their issuer. */
  readonly audience: string | null;
  /** Claims that every token holds. */
  readonly claims: JsonObject;
}

export const MAX_ACCESS_TOKEN_MINUTES = 60;

export const DEFAULT_TOKEN_SETTINGS: TokenSettings = { access_token_minutes: 15, audience: null, claims: {} };

export function tokenSettings(_engine: Engine, _driver: SqlDriver, _workspaceId: string): Awaitable<TokenSettings> {
  return DEFAULT_TOKEN_SETTINGS;
}
