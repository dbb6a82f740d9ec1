export {
  advanceConsumer,
  beginConsumer,
  COUNT_UP_TO,
  type ConsumerLag,
  type ConsumerLease,
  claimConsumer,
  consumerLags,
  deleteIdleConsumers,
  readDatabaseClock,
  releaseConsumer,
  renewConsumer,
} from "./changelog/consumers.ts";
export { comparePositions, isPosition, parsePosition } from "./changelog/position.ts";
export { changeLog, type Definitions } from "./changelog/reader.ts";
export { restartForeignLog, trimChanges } from "./changelog/retention.ts";
export { createTriggers, dropTriggers } from "./changelog/triggers.ts";
export { dialectOf, titleOf } from "./dialects/index.ts";
export * from "./repositories/index.ts";
export { createTable, fillOf } from "./schema/ddl.ts";
export { type SqlSourceOptions, sqlSource } from "./source.ts";
export * from "./store.ts";
export { takeTurn } from "./system/guard.ts";
export { JOB_COLLECTION } from "./system/jobs.ts";
export { migrate, migrationState, type TableOwner } from "./system/migrate.ts";
export type { Migration } from "./system/migrations/migration.ts";
export type { Table } from "./tables.ts";
