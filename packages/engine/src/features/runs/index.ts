import type { Feature } from "../../kernel/feature.ts";
import { RUN_CHECKS } from "./checks.ts";
import { trimRuns } from "./retention.ts";

export { type FollowedRuns, followRuns, followRunsSchema } from "./follow.ts";
export {
  listRunsSchema,
  listWorkspaceRuns,
  type ShownRun,
  type ShownSpan,
  showRun,
  type WholeRun,
} from "./service.ts";

const TRIM_EVERY_MS = 60_000;

/** The log of what has run. The layer `runs` writes it; this lists it and keeps it within its limits. */
export const runsFeature: Feature = {
  name: "runs",
  checks: RUN_CHECKS,
  schedules: [{ name: "runs", everyMs: TRIM_EVERY_MS, run: trimRuns }],
};
