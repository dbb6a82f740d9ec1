import type { Feature } from "../kernel/feature.ts";
import { keyRetention } from "./key-retention/index.ts";
import { logRetention } from "./log-retention/index.ts";
import { triggerUpkeep } from "./trigger-upkeep/index.ts";

/** All features: a new one is a folder here and a line there. */
export const FEATURES: readonly Feature[] = [logRetention, keyRetention, triggerUpkeep];
