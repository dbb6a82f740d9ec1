import {
  accentKeysMigration,
  changeIndexesMigration,
  changesMigration,
  deferrableReferencesMigration,
  foundationMigration,
  idempotencyMigration,
  logByIdColumnMigration,
  realtimeMigration,
  replicasMigration,
  snakeCaseDefinitionsMigration,
} from "./foundation.ts";
import { jobTriggersMigration } from "./job-triggers.ts";
import { endTimesMigration, jobQueuesMigration, jobsMigration, timesMigration } from "./jobs.ts";
import { keyMakersMigration, keysMigration, tokensMigration } from "./keys.ts";
import type { Migration } from "./migration.ts";
import { runsMigration } from "./runs.ts";
import {
  devicesMigration,
  impersonationMigration,
  passkeysMigration,
  providersMigration,
  secondFactorMigration,
} from "./sign-in.ts";
import {
  anonymousUsersMigration,
  dueIndexesMigration,
  hookMessagesMigration,
  phoneMigration,
  termsMigration,
  usersMigration,
} from "./users.ts";
import {
  authSettingsMigration,
  heldSlugsMigration,
  operatorsMigration,
  organizationsMigration,
  poolsMigration,
  tokenSettingsMigration,
  workspaceHostsMigration,
  workspaceLifecycleMigration,
  workspaceMembersMigration,
} from "./workspaces.ts";

/** All, in the order in which they are applied. A new one is the last. */
export const MIGRATIONS: readonly Migration[] = [
  foundationMigration,
  idempotencyMigration,
  changesMigration,
  realtimeMigration,
  deferrableReferencesMigration,
  operatorsMigration,
  logByIdColumnMigration,
  snakeCaseDefinitionsMigration,
  usersMigration,
  tokensMigration,
  poolsMigration,
  keysMigration,
  secondFactorMigration,
  providersMigration,
  passkeysMigration,
  impersonationMigration,
  organizationsMigration,
  authSettingsMigration,
  workspaceLifecycleMigration,
  workspaceMembersMigration,
  workspaceHostsMigration,
  anonymousUsersMigration,
  phoneMigration,
  devicesMigration,
  heldSlugsMigration,
  keyMakersMigration,
  hookMessagesMigration,
  tokenSettingsMigration,
  termsMigration,
  accentKeysMigration,
  dueIndexesMigration,
  changeIndexesMigration,
  replicasMigration,
  jobsMigration,
  runsMigration,
  jobTriggersMigration,
  jobQueuesMigration,
  endTimesMigration,
  timesMigration,
];
