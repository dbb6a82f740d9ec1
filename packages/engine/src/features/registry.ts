import type { Feature } from "../kernel/feature.ts";
import { keyRetention } from "./key-retention/index.ts";
import { logRetention } from "./log-retention/index.ts";
import { mail } from "./mail/index.ts";
import { triggerUpkeep } from "./trigger-upkeep/index.ts";

/** All features. A new feature is a folder and a line in this list. */
export const FEATURES: readonly Feature[] = [logRetention, keyRetention, triggerUpkeep, mail];
