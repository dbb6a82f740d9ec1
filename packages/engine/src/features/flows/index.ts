import type { Feature } from "../../kernel/feature.ts";
import { flowApprovalLinks, flowApprovals, flowApprovers, flowDecisions } from "./approvals/tables.ts";
import { flowsMigrations } from "./migrations.ts";
import { flowJobs } from "./run/flow-jobs.ts";
import { flowSecrets, flows, flowVersions } from "./tables.ts";

export { APPROVAL_STATES, DECISIONS, type ShownApproval } from "./approvals/approval.ts";
export {
  approvalLinkSchema,
  decideApproval,
  decideApprovalSchema,
  decideByLink,
  decideByLinkSchema,
  type LinkedApproval,
  showApprovalLink,
} from "./approvals/decide.ts";
export { approvalFilterSchema, forgetApprovals, getApproval, listApprovals } from "./approvals/list.ts";
export { flowSchema } from "./definition/parse.ts";
export {
  deleteFlow,
  deployFlow,
  listFlows,
  listFlowVersions,
  rollBackFlow,
  rollBackFlowSchema,
  type ShownFlow,
  showFlow,
  updateFlow,
  updateFlowSchema,
} from "./deploy.ts";
export { receiveFlowMessage } from "./hook.ts";
export { NODE_TYPES } from "./nodes/index.ts";
export { FLOW_ITEM_ACTIONS } from "./nodes/permissions.ts";
export {
  type FlowRunEntry,
  type FlowStep,
  failedPlace,
  flowRunFilterSchema,
  flowSteps,
  getFlowRun,
  listFlowRuns,
  requireRun,
  retryFlowRunSchema,
} from "./runs.ts";
export { flowSecretSchema, flowSecretStore } from "./secrets.ts";
export { runFlow, runFlowSchema } from "./start.ts";

/** Stored graphs of steps, each run of which is a job. */
export const flowsFeature: Feature = {
  name: "flows",
  tables: [flows, flowVersions, flowSecrets, flowApprovals, flowApprovers, flowApprovalLinks, flowDecisions],
  migrations: flowsMigrations,
  jobs: [flowJobs],
};
