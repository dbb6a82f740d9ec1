export { migrate } from "@plinth/db";
export { readAccess } from "./access/read-access.ts";
export { createRule, createRuleSchema, deleteRule, listRules, updateRule, updateRuleSchema } from "./access/rules.ts";
export { simulate, simulateSchema } from "./access/simulate.ts";
export { requireWriteAccess } from "./access/write-access.ts";
export * from "./catalog.ts";
export * from "./changes/index.ts";
export * from "./engine.ts";
export * from "./identity/index.ts";
export { aggregateItems } from "./items/aggregate.ts";
export { aggregateSchema } from "./items/aggregate-query.ts";
export { listBodySchema, searchOfList } from "./items/list-body.ts";
export { getItem, listItems } from "./items/read.ts";
export { createItems, deleteItem, MAX_CREATE, patchItem, replaceItem } from "./items/write.ts";
export * from "./live/index.ts";
export * from "./realtime/index.ts";
export {
  createCollection,
  deleteCollection,
  deleteField,
  describeCollection,
  updateCollection,
} from "./schema/collections.ts";
export { createCollectionSchema, fieldSchema, updateCollectionSchema } from "./schema/definition.ts";
export * from "./transfer/index.ts";
export { runBatch } from "./writes/batch.ts";
export { deleteItems, patchItems } from "./writes/bulk.ts";
export type { StoredAnswer } from "./writes/claim.ts";
export {
  claimKey,
  forgetOldKeys,
  type HeldClaim,
  type KeptAnswer,
  keepAnswer,
  releaseKey,
} from "./writes/idempotency.ts";
export { upsertItems } from "./writes/upsert-items.ts";
