export { checksum, type Marked, type Op } from "./diff.ts";
export { type LiveQueryInput, liveQuery, liveQuerySchema, liveSchemaFor } from "./query.ts";
export { type LiveRequest, subscribeLive } from "./subscribe.ts";
