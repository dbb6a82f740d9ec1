import type { Json } from "@plinth/core";
import { APPROVAL_EVENT, type ApprovalOutcome, describeDecision } from "../approvals/approval.ts";
import { askApproval } from "../approvals/ask.ts";
import { decisionsOf, findApproval, settleApproval } from "../approvals/repository.ts";
import { type FlowNode, NodeFailure } from "../nodes/node-kind.ts";
import type { FlowRun } from "./flow-run.ts";
import type { FlowScope } from "./scope.ts";

interface AskedPeople {
  readonly approval: string;
  readonly expires_at: string;
}

/** Asks, sleeps until it is settled or its time is over, and keeps what has been decided. */
export async function runApproval(run: FlowRun, node: FlowNode, scope: FlowScope, path: string): Promise<Json> {
  const { context, job } = run.options;
  const { step, engine } = context;
  const asked = await run.decide(node, scope, `${path}.asked`, async (values) => {
    return askApproval({ ctx: await run.options.acting(), step, run: job, node, path }, values);
  });
  const { approval, expires_at } = asked as unknown as AskedPeople;
  const timeout = Math.ceil((Date.parse(expires_at) - engine.clock.now()) / 1000);
  await step.waitForEvent(`${path}.decided`, { event: APPROVAL_EVENT, key: approval, timeout });
  return run.keep(node, path, { approval }, () => settled(run, node, approval));
}

/** What is stored decides, not what has woken the run. */
async function settled(run: FlowRun, node: FlowNode, id: string): Promise<Json> {
  const { driver, engine } = run.options.context;
  const outcome = node.on_expiry as ApprovalOutcome;
  await settleApproval(driver, id, { outcome, now: engine.clock.now() });
  const row = await findApproval(driver, run.options.job.workspaceId, id);
  if (!row?.outcome) throw new NodeFailure("What was asked is there no more.", "NOT_FOUND", false);
  const decisions = (await decisionsOf(driver, [id])).get(id) ?? [];
  return {
    outcome: row.outcome,
    expired: row.decidedAt !== null && row.decidedAt >= row.expiresAt,
    decisions: decisions.map((each) => ({ ...describeDecision(each) })),
  };
}
