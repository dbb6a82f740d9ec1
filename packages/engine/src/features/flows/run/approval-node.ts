import type { Json, JsonObject } from "@plinth/core";
import { APPROVAL_EVENT, type ApprovalOutcome, describeDecision } from "../approvals/approval.ts";
import { askApproval, NO_MAIL_NOW } from "../approvals/ask.ts";
import { decisionsOf, findApproval, settleApproval } from "../approvals/repository.ts";
import { type FlowNode, NodeFailure } from "../nodes/node-kind.ts";
import type { FlowRun } from "./flow-run.ts";
import type { FlowScope } from "./scope.ts";
import { attemptName, NodeFailed } from "./step-record.ts";

const PAUSE_SECONDS = 1800;
/** Two days of them. */
const MOST_ATTEMPTS = 96;

interface AskedPeople {
  readonly approval: string;
  readonly expires_at: string;
}

/** Asks, sleeps until it is settled or its time is over, and keeps what has been decided. */
export async function runApproval(run: FlowRun, node: FlowNode, scope: FlowScope, path: string): Promise<Json> {
  const { step, engine } = run.options.context;
  const { approval, expires_at } = await askInTime(run, node, scope, path);
  const timeout = Math.ceil((Date.parse(expires_at) - engine.clock.now()) / 1000);
  await step.waitForEvent(`${path}.decided`, { event: APPROVAL_EVENT, key: approval, timeout });
  return run.keep(node, path, { approval }, () => settled(run, node, approval));
}

/** Where mails have reached a limit, it sleeps and asks later. */
async function askInTime(run: FlowRun, node: FlowNode, scope: FlowScope, path: string): Promise<AskedPeople> {
  const { context, job } = run.options;
  const { step } = context;
  const ask = async (values: JsonObject) =>
    askApproval({ ctx: await run.options.acting(), step, run: job, node, path }, values);
  for (let attempt = 1; ; attempt++) {
    try {
      const asked = await run.decide(node, scope, `${path}.asked`, ask, attempt);
      return asked as unknown as AskedPeople;
    } catch (error) {
      const isLimited = error instanceof NodeFailed && error.error.code === NO_MAIL_NOW;
      if (!isLimited || attempt === MOST_ATTEMPTS) throw error;
      await step.sleep(`${attemptName(`${path}.asked`, attempt)}.pause`, PAUSE_SECONDS);
    }
  }
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
