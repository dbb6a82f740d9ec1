export { checksum, type LiveRow, type Op } from "./diff.ts";
export { type LiveAggregateInput, type LiveListInput, type LiveQueryInput, liveQuery } from "./query.ts";
export { type LiveRequest, subscribeLive } from "./subscribe.ts";
