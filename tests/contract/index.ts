import { type RunOptions, type RunReport, run } from "./run.ts";
import type { Scenario } from "./scenario.ts";
import { aggregates } from "./scenarios/aggregates.ts";
import { exactAggregates } from "./scenarios/aggregates-exact.ts";
import { refusedAggregates } from "./scenarios/aggregates-refused.ts";
import { aggregateTimes } from "./scenarios/aggregates-time.ts";
import { vastAggregates } from "./scenarios/aggregates-vast.ts";
import { badInput } from "./scenarios/bad-input.ts";
import { batches } from "./scenarios/batch.ts";
import { refusedBatches } from "./scenarios/batch-refused.ts";
import { batchRoles } from "./scenarios/batch-roles.ts";
import { browser } from "./scenarios/browser.ts";
import { bulkWrites } from "./scenarios/bulk.ts";
import { changeLog } from "./scenarios/changes.ts";
import { collectionChanges } from "./scenarios/collection-changes.ts";
import { collections } from "./scenarios/collections.ts";
import { deletionsAlong } from "./scenarios/deletions-along.ts";
import { differential } from "./scenarios/differential.ts";
import { documents } from "./scenarios/documents.ts";
import { replacedDocuments } from "./scenarios/documents-replaced.ts";
import { expiry } from "./scenarios/expiry.ts";
import { fieldDeletion } from "./scenarios/field-deletion.ts";
import { fieldTypes } from "./scenarios/field-types.ts";
import { filters } from "./scenarios/filters.ts";
import { graphs } from "./scenarios/graphs.ts";
import { refusedGraphs } from "./scenarios/graphs-refused.ts";
import { graphsTogether } from "./scenarios/graphs-together.ts";
import { health } from "./scenarios/health.ts";
import { idempotency } from "./scenarios/idempotency.ts";
import { idempotencyFreed } from "./scenarios/idempotency-freed.ts";
import { idempotencyImport } from "./scenarios/idempotency-import.ts";
import { idempotencyKeys } from "./scenarios/idempotency-keys.ts";
import { idempotencyManaging } from "./scenarios/idempotency-managing.ts";
import { idempotencyTold } from "./scenarios/idempotency-told.ts";
import { injection } from "./scenarios/injection.ts";
import { itemsChange } from "./scenarios/items-change.ts";
import { itemsCreate } from "./scenarios/items-create.ts";
import { keys } from "./scenarios/keys.ts";
import { computedFields } from "./scenarios/lists-computed.ts";
import { listDefinitions } from "./scenarios/lists-definitions.ts";
import { embeds } from "./scenarios/lists-embeds.ts";
import { listExpansions } from "./scenarios/lists-expand.ts";
import { refusedExpansions } from "./scenarios/lists-expand-refused.ts";
import { sharedExpansions } from "./scenarios/lists-expand-shared.ts";
import { listFilters } from "./scenarios/lists-filter.ts";
import { queriedLists } from "./scenarios/lists-query.ts";
import { listRules } from "./scenarios/lists-rules.ts";
import { listSorts } from "./scenarios/lists-sort.ts";
import { liveQueries } from "./scenarios/live.ts";
import { metrics } from "./scenarios/metrics.ts";
import { openapi } from "./scenarios/openapi.ts";
import { paging } from "./scenarios/paging.ts";
import { permissions } from "./scenarios/permissions.ts";
import { realtime } from "./scenarios/realtime.ts";
import { refusals } from "./scenarios/refusals.ts";
import { ruleDocField } from "./scenarios/rules-doc-field.ts";
import { rulesFirst } from "./scenarios/rules-first.ts";
import { ruleReading } from "./scenarios/rules-reading.ts";
import { ruleRelations } from "./scenarios/rules-relations.ts";
import { ruleRoles } from "./scenarios/rules-roles.ts";
import { ruleTransitions } from "./scenarios/rules-transitions.ts";
import { ruleWriting } from "./scenarios/rules-writing.ts";
import { schemaStream } from "./scenarios/schema-stream.ts";
import { sessions } from "./scenarios/sessions.ts";
import { setup, users } from "./scenarios/setup.ts";
import { fieldsAndExpand } from "./scenarios/shape.ts";
import { simulations } from "./scenarios/simulate.ts";
import { simulatedWrites } from "./scenarios/simulate-writes.ts";
import { sockets } from "./scenarios/sockets.ts";
import { sorts } from "./scenarios/sort.ts";
import { streams } from "./scenarios/streams.ts";
import { totals } from "./scenarios/totals.ts";
import { transfer } from "./scenarios/transfer.ts";
import { twoWriters } from "./scenarios/two-writers.ts";
import { upserts } from "./scenarios/upsert.ts";
import { upsertedDocuments } from "./scenarios/upsert-documents.ts";
import { unseenUpserts } from "./scenarios/upsert-unseen.ts";
import { workspaces } from "./scenarios/workspaces.ts";
import { writeOperators } from "./scenarios/write-operators.ts";
import { writePreconditions } from "./scenarios/write-preconditions.ts";

export type { RunOptions, RunReport } from "./run.ts";
export type { Scenario } from "./scenario.ts";

/**
 * What every Plinth answers, whatever it runs on: request by request, in whose name, with what must be in the answer
 * and what must not. Each part of the table may be run alone; only `expiry` wants to come last, to wait the least.
 */
export const contract: Scenario[] = [
  ...health,
  ...setup,
  ...users,
  ...sessions,
  ...keys,
  ...workspaces,
  ...collections,
  ...collectionChanges,
  ...fieldTypes,
  ...itemsCreate,
  ...itemsChange,
  ...documents,
  ...replacedDocuments,
  ...filters,
  ...sorts,
  ...fieldsAndExpand,
  ...paging,
  ...listDefinitions,
  ...fieldDeletion,
  ...listFilters,
  ...listExpansions,
  ...computedFields,
  ...embeds,
  ...refusedExpansions,
  ...sharedExpansions,
  ...listSorts,
  ...queriedLists,
  ...totals,
  ...aggregates,
  ...exactAggregates,
  ...refusedAggregates,
  ...aggregateTimes,
  ...vastAggregates,
  ...ruleRoles,
  ...ruleDocField,
  ...ruleReading,
  ...ruleWriting,
  ...rulesFirst,
  ...ruleTransitions,
  ...ruleRelations,
  ...twoWriters,
  ...streams,
  ...schemaStream,
  ...listRules,
  ...writeOperators,
  ...writePreconditions,
  ...batches,
  ...refusedBatches,
  ...batchRoles,
  ...idempotency,
  ...idempotencyKeys,
  ...idempotencyManaging,
  ...idempotencyTold,
  ...idempotencyFreed,
  ...idempotencyImport,
  ...upserts,
  ...upsertedDocuments,
  ...unseenUpserts,
  ...bulkWrites,
  ...deletionsAlong,
  ...graphs,
  ...graphsTogether,
  ...refusedGraphs,
  ...permissions,
  ...simulatedWrites,
  ...simulations,
  ...badInput,
  ...refusals,
  ...injection,
  ...browser,
  ...openapi,
  ...transfer,
  ...realtime,
  ...liveQueries,
  ...changeLog,
  ...metrics,
  ...sockets,
  ...differential,
  ...expiry,
];

/**
 * Asks a fresh, empty instance the whole contract through `fetch`, the target's only face.
 *
 * @example
 * const report = await runContract({ target: "bun × sqlite", baseUrl, fetch, setupToken });
 */
export function runContract(options: RunOptions): Promise<RunReport> {
  return run(contract, options);
}
