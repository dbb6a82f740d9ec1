import type { Feature } from "../../kernel/feature.ts";
import { ACCOUNT_CHECKS } from "./accounts.ts";
import { EXPOSURE_CHECKS } from "./exposure.ts";
import { KEY_CHECKS } from "./keys.ts";
import { SETTINGS_CHECKS } from "./settings.ts";
import { UPKEEP_CHECKS } from "./upkeep.ts";

/** Looks for what is wrong or dangerous in a running server. Other features add checks of their own. */
export const doctor: Feature = {
  name: "doctor",
  checks: [...EXPOSURE_CHECKS, ...KEY_CHECKS, ...ACCOUNT_CHECKS, ...SETTINGS_CHECKS, ...UPKEEP_CHECKS],
};
