/** Parses Plinth's own query language, as text and JSON, into the engine's input. */
export { aggregateInputOf, aggregateSchema } from "./aggregate-body.ts";
export { knownFields } from "./known-fields.ts";
export { listBodySchema, listInputOf } from "./list-body.ts";
export {
  exportInputOf,
  LIST_PARAMETERS,
  parseListParams,
  parseSelectionParams,
  preparedList,
} from "./list-params.ts";
export { type LiveBody, liveBodySchema, liveInputOf, liveSchemaFor } from "./live-body.ts";
export { parseBatchBody, parseBulkParams, parseUpsertParams, upsertInputOf } from "./write-params.ts";
