export {
  ensureTriggers,
  ensureUsersCollections,
  migrate,
  restartForeignLog,
  titleOf,
} from "@plinth/db";
export { readPolicy } from "./access/read-policy.ts";
export { mayTouch, requireWriteAccess } from "./access/write-policy.ts";
export * from "./ai/index.ts";
export * from "./changelog/index.ts";
export { requireDryRun, VIEW_AS, viewOnly } from "./commit/no-viewer.ts";
export type { DeployedSecrets } from "./deployed/secrets.ts";
export { diagnose } from "./features/doctor/diagnose.ts";
export {
  type AppendedUpload,
  type ArchivedFile,
  abortDirectUpload,
  abortUpload,
  appendToUpload,
  type BodyDigest,
  beginDirectSchema,
  beginDirectUpload,
  beginUpload,
  bodyDigest,
  CHECKSUMS,
  checkFilesSchema,
  checkStoredFiles,
  completeDirectSchema,
  completeDirectUpload,
  completeUpload,
  concatUploads,
  continueUpload,
  createBucket,
  createBucketSchema,
  type DirectPart,
  type DirectPartInput,
  type DirectUpload,
  deleteFile,
  deleteFolder,
  deleteVersion,
  type FileBucket,
  type FileInput,
  type FileLocation,
  type FilePrecondition,
  type FileVersion,
  type FolderEntry,
  type FolderQuery,
  fetchFile,
  fetchFileSchema,
  findDirectUpload,
  findUpload,
  getBucket,
  hasStoredFiles,
  type ImageEdit,
  type ImageInput,
  imageEditSchema,
  isChecksum,
  listBuckets,
  listFolder,
  listParts,
  listVersions,
  maxUploadBytes,
  moveFiles,
  moveFilesSchema,
  type OpenedBytes,
  type OpenedFile,
  openFolderArchive,
  openForScanner,
  openImage,
  openSignedFile,
  openStoredFile,
  openVersion,
  type PendingUpload,
  putFile,
  type RestoredFile,
  type RevokedUrls,
  removeBucket,
  requireUploads,
  restoreFile,
  restoreFileSchema,
  revokeUrls,
  revokeUrlsSchema,
  SCAN,
  SIGNATURE,
  type SignedUrl,
  type StoreAnswer,
  type StoredPart,
  type StoredUpload,
  signFile,
  signFileSchema,
  storeDirectPart,
  storePart,
  UPLOAD_PIECE,
  type UploadBody,
  type UploadInput,
  updateBucket,
  updateBucketSchema,
} from "./features/files/index.ts";
export * from "./features/files/s3/index.ts";
export * from "./features/flows/index.ts";
export {
  callFunction,
  checkDeployment,
  type DeployedFunction,
  deleteFunction,
  deployFunction,
  deploySchema,
  FUNCTION_METHODS,
  FUNCTION_RUNTIMES,
  type FunctionAnswer,
  type FunctionMethod,
  functionHttp,
  functionSecretStore,
  listFunctionRuns,
  listFunctions,
  listFunctionVersions,
  RUN_STATES,
  rollBackFunction,
  rollbackSchema,
  secretSchema,
  showFunction,
} from "./features/functions/index.ts";
export * from "./features/graphql/index.ts";
export * from "./features/jobs/index.ts";
export {
  deleteTemplate,
  keepsContent,
  listMails,
  listTemplates,
  type MailState,
  type MailTexts,
  mailOutbox,
  preferredLanguages,
  previewTemplate,
  previewTemplateSchema,
  putTemplate,
  putTemplateSchema,
  type StoredMail,
  showMail,
  showTemplate,
  testTemplate,
} from "./features/mail/index.ts";
export * from "./features/organizations/index.ts";
export { FEATURES } from "./features/registry.ts";
export { startFeatures, tickFeatures } from "./features/runner.ts";
export * from "./features/runs/index.ts";
export {
  createSchedule,
  createScheduleSchema,
  deleteSchedule,
  getSchedule,
  listSchedules,
  previewSchedule,
  previewScheduleSchema,
  runSchedule,
  type ScheduledJob,
  updateSchedule,
  updateScheduleSchema,
} from "./features/schedules/index.ts";
export { listSecurityLog, securityLogSchema } from "./features/security-log/list.ts";
export {
  type ConsoleTable,
  consoleTables,
  runSql,
  runSqlSchema,
  type SqlRun,
  sqlHistoryFilter,
} from "./features/sql-console/index.ts";
export { exportOwnData, exportUser } from "./features/user-data/export.ts";
export {
  deleteOwnAccount,
  deleteOwnAccountSchema,
  deleteUser,
  type UserRemoval,
} from "./features/user-data/remove.ts";
export {
  createView,
  createViewSchema,
  deleteSavedView,
  getView,
  listViews,
  updateView,
  updateViewSchema,
  VIEW_LAYOUTS,
} from "./features/views/index.ts";
export {
  createWebhook,
  createWebhookSchema,
  deleteWebhook,
  getWebhook,
  listDeliveriesSchema,
  listWebhookDeliveries,
  listWebhooks,
  previewWebhook,
  previewWebhookSchema,
  replayWebhook,
  replayWebhookSchema,
  rotateWebhookSchema,
  rotateWebhookSecret,
  showWebhookDelivery,
  testWebhook,
  updateWebhook,
  updateWebhookSchema,
} from "./features/webhooks/index.ts";
export * from "./features/workspaces/hosts.ts";
export * from "./features/workspaces/lifecycle.ts";
export * from "./history/index.ts";
export * from "./identity/index.ts";
export * from "./kernel/catalog.ts";
export type { Arrival } from "./kernel/check.ts";
export { DerivedCache } from "./kernel/derived-cache.ts";
export * from "./kernel/engine.ts";
export type { ChangeConsumer, ConsumerContext, Feature } from "./kernel/feature.ts";
export type { StoredAnswer } from "./kernel/idempotency-lock.ts";
export { itemTag } from "./kernel/item-tag.ts";
export { JobFailure, type JobHandler, type RunningJob } from "./kernel/jobs.ts";
export { LATENCY_STEPS, latencyAt, latencyStep } from "./kernel/latency.ts";
export { currentFault, lifecycleOf, noteFault } from "./kernel/lifecycle.ts";
export { type Logged, loggedOf } from "./kernel/logged.ts";
export { Lru } from "./kernel/lru.ts";
export { outboxOf } from "./kernel/outbox.ts";
export { newBudget, RequestBudget, requireTime, spendBytes } from "./kernel/request-budget.ts";
export { contextOf } from "./kernel/request-context.ts";
export type { Running, Schedule } from "./kernel/scheduler.ts";
export { type Service, Services, service } from "./kernel/services.ts";
export { builtInSource, sourcesOf } from "./kernel/sources.ts";
export { aggregateItems } from "./read/aggregate.ts";
export type { AggregateInput, GroupInput, MeasureInput } from "./read/aggregate-input.ts";
export { AGGREGATE_FUNCTIONS } from "./read/aggregate-query.ts";
export { bytesOf } from "./read/answer-bytes.ts";
export type { ExpandInput, ExpansionInput, FieldInput, ListInput, SelectionInput } from "./read/list-input.ts";
export { type ListQuery, prepareList } from "./read/list-query.ts";
export { getItem, listItems, readList, type ShownItem } from "./read/read.ts";
export { listSlowQueries, type SlowQuery } from "./read/slow-queries.ts";
export * from "./realtime/index.ts";
export * from "./realtime/live/index.ts";
export * from "./realtime/sync/index.ts";
export { createRules, createRulesSchema, createRulesSchemaFor } from "./rules/create-rules.ts";
export { type Exposure, exposureOf, exposureSchema } from "./rules/exposure.ts";
export { listRefusals, noteRefusal, refusalsSchema } from "./rules/refusals.ts";
export { RIGHT_STATES } from "./rules/rights.ts";
export { applyPreset, applyPresetSchema } from "./rules/rule-presets.ts";
export { createRule, createRuleSchema, deleteRule, listRules, updateRule, updateRuleSchema } from "./rules/rules.ts";
export { simulate, simulateSchema } from "./rules/simulate.ts";
export { beginRun, collectRun, RUN_KINDS, recordRun, runContextOf } from "./runs/index.ts";
export { createCollection, updateCollection } from "./schema/collections.ts";
export { createCollectionSchema, fieldSchema, updateCollectionSchema } from "./schema/definition.ts";
export { deleteCollection, deleteField } from "./schema/deletions.ts";
export { describeCollection } from "./schema/describe.ts";
export { makeCollection } from "./schema/make-collection.ts";
export * from "./transfer/index.ts";
export * from "./triggers/index.ts";
export { MAX_BATCH_OPERATIONS, runBatch } from "./write/batch.ts";
export { type BulkInput, deleteItems, patchItems } from "./write/bulk.ts";
export type { ShownJob } from "./write/describe-job.ts";
export {
  acquireLock,
  type HeldLock,
  releaseKey,
  type SavedAnswer,
  saveAnswer,
} from "./write/idempotency.ts";
export { enqueueSchema } from "./write/job-input.ts";
export type { ReplicaPush } from "./write/replica-push.ts";
export { type UpsertInput, upsertItems } from "./write/upsert-items.ts";
export { createItems, deleteItem, MAX_CREATE, patchItem, replaceItem } from "./write/write.ts";
export type { OperationReference, WriteInput } from "./write/write-input.ts";
