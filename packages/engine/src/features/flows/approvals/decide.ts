import { DataError, invalid, isUuid, PlinthError, sha256Hex } from "@plinth/core";
import { insertSecurityEvent } from "@plinth/db";
import { commit } from "../../../commit/commit.ts";
import { actorOf } from "../../../commit/mutate.ts";
import type { RequestContext } from "../../../kernel/engine.ts";
import { jobEventsOf } from "../../../kernel/job-events.ts";
import * as z from "../../../kernel/zod.ts";
import { APPROVAL_EVENT, DECISIONS, describeApproval, outcomeOf, type ShownApproval, stateOf } from "./approval.ts";
import { mayReadRuns, noSuchApproval } from "./list.ts";
import { currentNames, emailOfPerson, namesOfPerson } from "./people.ts";
import {
  type ApprovalLinkRow,
  type DecisionRow,
  decideQueries,
  decisionsOf,
  type FoundApproval,
  findApproval,
  findApprovalLink,
  isApprover,
} from "./repository.ts";

const MOVED = "moved";
/** Others may decide at the same time. */
const TRIES = 20;

const decided = {
  decision: z.enum(DECISIONS),
  comment: z.string().trim().max(1000).default("").describe("Kept with the decision"),
};
const token = z.string().min(1).max(200).describe("As the link has it");

export const decideApprovalSchema = z.strictObject(decided);
export const approvalLinkSchema = z.strictObject({ token });
export const decideByLinkSchema = z.strictObject({ token, ...decided });

/** What whoever has a link may see. */
export type LinkedApproval = Pick<ShownApproval, "id" | "title" | "details" | "state" | "created_at" | "expires_at"> & {
  /** Null, as are the title and the details: it waits for nobody any more. */ question: string | null;
};

/** Decides as the caller, who must be among those who are asked. */
export async function decideApproval(
  ctx: RequestContext,
  id: string,
  { decision, comment }: z.output<typeof decideApprovalSchema>,
): Promise<ShownApproval> {
  const { driver, principal } = ctx;
  const row = isUuid(id) ? await findApproval(driver, principal.workspaceId, id.toLowerCase()) : undefined;
  const names = await currentNames(driver, principal);
  if (!row || !(await isApprover(driver, row, names))) {
    if (!row || !mayReadRuns(principal)) throw noSuchApproval();
    throw new PlinthError("FORBIDDEN", "You are not among those who may decide this.");
  }
  return decide(ctx, row, { person: names[0]!, decision, comment, via: "api" });
}

/** What a link asks. Opening it decides nothing. */
export async function showApprovalLink(ctx: RequestContext, token: string): Promise<LinkedApproval> {
  const { row } = await linked(ctx, token);
  const { id, title, question, details, state, created_at, expires_at } = describeApproval(row, {
    ...{ decisions: [], approvers: null, reader: [], now: ctx.now },
  });
  const asked = state === "pending" ? { title, question, details } : { title: null, question: null, details: null };
  return { id, ...asked, state, created_at, expires_at };
}

/** Decides as the person to whom the link was sent, once. */
export async function decideByLink(
  ctx: RequestContext,
  { token, decision, comment }: z.output<typeof decideByLinkSchema>,
): Promise<LinkedApproval> {
  const { row, link } = await linked(ctx, token);
  await decide(ctx, row, { person: link.person, decision, comment, via: "mail" });
  return showApprovalLink(ctx, token);
}

async function linked({ driver, principal }: RequestContext, token: string) {
  const { workspaceId } = principal;
  const link = await findApprovalLink(driver, workspaceId, await sha256Hex(token));
  const row = link && (await findApproval(driver, workspaceId, link.approvalId));
  if (!row || !(await mayStillDecide({ driver, row, link }))) throw invalid("token", "is not valid any more");
  return { row, link };
}

/** The person may have lost the account, the role or the address since. */
async function mayStillDecide({
  driver,
  row,
  link,
}: {
  readonly driver: RequestContext["driver"];
  readonly row: FoundApproval;
  readonly link: ApprovalLinkRow;
}): Promise<boolean> {
  return isApprover(driver, row, await namesOfPerson(driver, row.workspaceId, link));
}

type NewDecision = Pick<DecisionRow, "person" | "comment"> & {
  readonly decision: (typeof DECISIONS)[number];
  readonly via: "api" | "mail";
};

async function decide(ctx: RequestContext, found: FoundApproval, given: NewDecision): Promise<ShownApproval> {
  let row = found;
  for (let tries = 1; ; tries++) {
    try {
      return await decideOnce(ctx, row, given);
    } catch (error) {
      if (!(error instanceof DataError) || error.guard !== MOVED || tries === TRIES) throw error;
      row = (await findApproval(ctx.driver, row.workspaceId, row.id)) ?? row;
    }
  }
}

async function decideOnce(
  ctx: RequestContext,
  row: FoundApproval,
  { person, decision, comment, via }: NewDecision,
): Promise<ShownApproval> {
  const { driver, engine } = ctx;
  const { id: approvalId, workspaceId } = row;
  const now = engine.clock.now();
  const before = (await decisionsOf(driver, [approvalId])).get(approvalId) ?? [];
  requireOpen(row, { own: await ownAmong(driver, row, before, person), now });
  const mine: DecisionRow = { approvalId, workspaceId, person, decision, comment, via, createdAt: now };
  const all = [...before, mine];
  const outcome = outcomeOf(
    all.map((each) => each.decision),
    row.needs,
  );
  const event = outcome && jobEventsOf(engine)?.post(ctx, { name: APPROVAL_EVENT, key: approvalId, payload: outcome });
  const record = insertSecurityEvent(driver, {
    ...{ workspaceId, at: now, type: "approval_decide", target: `approval:${approvalId}` },
    actor: via === "mail" ? person : actorOf(ctx.principal),
    address: ctx.client?.clientAddress,
    detail: { decision, via, flow: row.flow, run: row.jobId, node: row.path, outcome },
  });
  const after = { ...row, decided: all.length, outcome, decidedAt: outcome === null ? null : now };
  const data = describeApproval(after, {
    ...{ decisions: all, approvers: null, now },
    reader: mayReadRuns(ctx.principal) ? "all" : [person],
  });
  const queries = [
    ...decideQueries(driver, mine, { before: before.length, outcome, moved: MOVED }),
    record,
    ...(event ? [event.query] : []),
  ];
  // Whoever has a link needs no session.
  await commit(ctx, { queries, data, lasting: via === "api" });
  if (event) await event.deliver();
  return data;
}

/** Whether somebody has decided, as whatever of those who are asked: an account, or the address of it. */
async function ownAmong(
  driver: RequestContext["driver"],
  { workspaceId }: FoundApproval,
  before: readonly DecisionRow[],
  person: string,
): Promise<boolean> {
  if (before.some((each) => each.person === person)) return true;
  const mine = before.length > 0 ? await emailOfPerson(driver, workspaceId, person) : undefined;
  if (mine === undefined) return false;
  const theirs = await Promise.all(before.map((each) => emailOfPerson(driver, workspaceId, each.person)));
  return theirs.includes(mine);
}

function requireOpen(row: FoundApproval, { own, now }: { readonly own: boolean; readonly now: number }): void {
  const state = stateOf(row, now);
  if (own) throw new PlinthError("CONFLICT", "You have decided this already.", { field: "decision", state });
  if (state !== "pending") throw new PlinthError("CONFLICT", `This is ${state}.`, { field: "decision", state });
}
