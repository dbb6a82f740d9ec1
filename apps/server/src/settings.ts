import type { Setting } from "./setting.ts";
import { ACCOUNT_SETTINGS } from "./settings-accounts.ts";
import { AI_SETTINGS } from "./settings-ai.ts";
import { FILE_SETTINGS } from "./settings-files.ts";
import { LIMIT_SETTINGS } from "./settings-limits.ts";
import { SERVER_SETTINGS } from "./settings-server.ts";

/** Every setting of Plinth: parsing and docs/configuration.md both use this table. */
export const SETTINGS = {
  ...SERVER_SETTINGS,
  ...ACCOUNT_SETTINGS,
  ...AI_SETTINGS,
  ...FILE_SETTINGS,
  ...LIMIT_SETTINGS,
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof SETTINGS;
