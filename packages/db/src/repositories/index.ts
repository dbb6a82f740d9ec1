export * from "./actor.ts";
export * from "./agreements.ts";
export * from "./anonymous-users.ts";
export * from "./auth.ts";
export * from "./auth-providers.ts";
export * from "./auth-settings.ts";
export {
  changeCollectionQueries,
  definitionOf,
  deleteCollectionQueries,
  findCollection,
  insertCollection,
  loadCollections,
} from "./collections.ts";
export * from "./dead-jobs.ts";
export * from "./devices.ts";
export * from "./held-slugs.ts";
export * from "./hook-messages.ts";
export * from "./idempotency.ts";
export * from "./identity-changes.ts";
export * from "./invitations.ts";
export * from "./job-attempts.ts";
export * from "./job-bulk.ts";
export * from "./job-chains.ts";
export * from "./job-claims.ts";
export * from "./job-ends.ts";
export * from "./job-queue-settings.ts";
export * from "./job-queues.ts";
export * from "./job-times.ts";
export * from "./job-triggers.ts";
export * from "./jobs.ts";
export * from "./keys.ts";
export * from "./limits.ts";
export * from "./linked-accounts.ts";
export * from "./members.ts";
export * from "./messages.ts";
export * from "./operators.ts";
export * from "./organizations.ts";
export * from "./passkeys.ts";
export * from "./presence.ts";
export * from "./profiles.ts";
export * from "./refresh-tokens.ts";
export * from "./replicas.ts";
export * from "./roles.ts";
export * from "./room.ts";
export * from "./rules.ts";
export * from "./run-retention.ts";
export * from "./runs.ts";
export * from "./second-factors.ts";
export * from "./security-log.ts";
export * from "./sessions.ts";
export { probeWrite, readSecretFingerprint, replaceSecretFingerprint } from "./settings.ts";
export * from "./signing-keys.ts";
export * from "./take-over.ts";
export * from "./triggers.ts";
export * from "./trusted-issuers.ts";
export * from "./user-removal.ts";
export * from "./users.ts";
export * from "./workspace-hosts.ts";
export * from "./workspace-purge.ts";
export * from "./workspaces.ts";
