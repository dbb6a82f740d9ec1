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
} from "./changelog/consumers.ts";
export { comparePlaces, isPlace, parsePlace } from "./changelog/place.ts";
export { changeReader, type Definitions, type LogReader } from "./changelog/reader.ts";
export { type Retention, trimChanges } from "./changelog/retention.ts";
export { createTriggers, dropTriggers, loggedAs } from "./changelog/triggers.ts";
export type { SqlDialect } from "./compile/dialect.ts";
export { compileCount, compileFind, describeCondition } from "./compile/find.ts";
export { dialectOf } from "./dialects/index.ts";
export * from "./schema/ddl.ts";
export * from "./store.ts";
export * from "./system/database.ts";
export { mustFind } from "./system/guard.ts";
export { IDEMPOTENCY_KEYS } from "./system/idempotency.ts";
export { migrate } from "./system/migrate.ts";
export * as system from "./system/schema.ts";
