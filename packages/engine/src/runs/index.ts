export { noteRun, runCounts } from "./counts.ts";
export { type BegunRun, beginRun, type CollectedRun, collectRun, type OpenRun } from "./open-run.ts";
export { recordRun, runQuery } from "./record-run.ts";
export {
  type EndedRun,
  endedRunRow,
  type NewRun,
  RUN_KINDS,
  type RunContext,
  type RunKind,
  type RunOutcome,
  type RunTrigger,
  runContextOf,
} from "./run.ts";
export type { OpenSpan, WithSpan } from "./spans.ts";
