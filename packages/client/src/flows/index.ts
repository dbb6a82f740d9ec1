/**
 * Flows: several steps one after the other, and their runs.
 *
 * @module
 */
export {
  type Approval,
  type ApprovalDecision,
  type ApprovalFilter,
  type ApprovalStatus,
  type Approvals,
  approvals,
} from "./approvals.ts";
export { type Flows, flows } from "./flows.ts";
export type {
  FlowContent,
  FlowRights,
  FlowRun,
  FlowRunFilter,
  FlowRunState,
  FlowRunStep,
  FlowStepContent,
  StoredFlow,
  WholeFlow,
} from "./types.ts";
