import type { Feature } from "../kernel/feature.ts";
import { accountRetention } from "./account-retention/index.ts";
import { doctor } from "./doctor/index.ts";
import { files } from "./files/index.ts";
import { flowsFeature } from "./flows/index.ts";
import { functionsFeature } from "./functions/index.ts";
import { hooks } from "./hooks/index.ts";
import { jobQueue } from "./jobs/index.ts";
import { keyRetention } from "./key-retention/index.ts";
import { limitRetention } from "./limits/index.ts";
import { logRetention } from "./log-retention/index.ts";
import { mail } from "./mail/index.ts";
import { runsFeature } from "./runs/index.ts";
import { schedulesFeature } from "./schedules/index.ts";
import { securityLogRetention } from "./security-log/index.ts";
import { tokenUpkeep } from "./tokens/index.ts";
import { triggerUpkeep } from "./trigger-upkeep/index.ts";
import { userData } from "./user-data/index.ts";
import { savedViews } from "./views/index.ts";
import { webhooksFeature } from "./webhooks/index.ts";
import { workspacePurge } from "./workspaces/index.ts";

/** All features. A new feature is a folder and a line in this list. */
export const FEATURES: readonly Feature[] = [
  logRetention,
  keyRetention,
  triggerUpkeep,
  securityLogRetention,
  limitRetention,
  accountRetention,
  userData,
  workspacePurge,
  tokenUpkeep,
  mail,
  hooks,
  doctor,
  savedViews,
  files,
  webhooksFeature,
  // Before jobs: what it stores runs in the same tick.
  schedulesFeature,
  jobQueue,
  functionsFeature,
  runsFeature,
  flowsFeature,
];
