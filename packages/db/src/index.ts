export {
  advanceConsumer,
  COUNT_UP_TO,
  type ConsumerLag,
  type ConsumerLease,
  claimConsumer,
  consumerLags,
  deleteConsumer,
  releaseConsumer,
  renewConsumer,
} from "./changes/consumers.ts";
export { comparePlaces, isPlace, parsePlace } from "./changes/place.ts";
export { changeReader, type Definitions, type LogReader } from "./changes/reader.ts";
export { type Retention, trimChanges } from "./changes/retention.ts";
export { createTriggers, dropTriggers, loggedAs } from "./changes/triggers.ts";
export * from "./schema/ddl.ts";
export type { SqlDialect } from "./sql/dialect.ts";
export { compileCount, compileFind, describeCondition } from "./sql/find.ts";
export { postgres } from "./sql/postgres.ts";
export { sqlite } from "./sql/sqlite.ts";
export * from "./store.ts";
export * from "./system/database.ts";
export { mustFind } from "./system/guard.ts";
export { IDEMPOTENCY_KEYS } from "./system/idempotency.ts";
export { migrate } from "./system/migrate.ts";
export * as system from "./system/schema.ts";
