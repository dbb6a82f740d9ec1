/** Plinth's own query language as texts and JSON, turned into what the engine takes. */
export { aggregateInputOf, aggregateSchema } from "./aggregate-body.ts";
export { listBodySchema, listInputOf } from "./list-body.ts";
export {
  exportInputOf,
  LIST_PARAMETERS,
  parseListParams,
  parseSelectionParams,
  preparedList,
} from "./list-params.ts";
export { type LiveBody, liveBodySchema, liveInputOf, liveSchemaFor } from "./live-body.ts";
export { parseBatchBody, parseBulkParams, parseUpsertParams } from "./write-params.ts";
