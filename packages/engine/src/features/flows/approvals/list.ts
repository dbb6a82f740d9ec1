import { isUuid, PlinthError, type Principal, type SqlQuery } from "@plinth/core";
import { callerCheck } from "../../../identity/callers.ts";
import { type CursorPage, idInCursor, type PageQuery, pageById } from "../../../identity/paging.ts";
import type { RequestContext } from "../../../kernel/engine.ts";
import * as z from "../../../kernel/zod.ts";
import { APPROVAL_STATES, describeApproval, type ShownApproval } from "./approval.ts";
import { approverNames } from "./people.ts";
import {
  approversOf,
  decisionsOf,
  deleteApprovalsSince,
  type FoundApproval,
  findApproval,
  isApprover,
  listApprovalRows,
} from "./repository.ts";

const CURSOR_SORT = "-id";

export const approvalFilterSchema = z.strictObject({
  state: z.enum(APPROVAL_STATES).optional(),
  of: z
    .enum(["me", "all"])
    .optional()
    .describe("`me`: those that you may decide. `all`: those of the workspace, for who may read runs. Keys get all"),
  run: z.string().max(100).optional().describe("The id of a run of a flow"),
  flow: z.string().max(60).optional(),
});

/** The newest first. */
export async function listApprovals(
  ctx: RequestContext,
  { limit, cursor, of, state, run, flow }: PageQuery & z.output<typeof approvalFilterSchema>,
): Promise<CursorPage<ShownApproval>> {
  const { driver, principal, now } = ctx;
  const all = of === "all" || (of === undefined && principal.kind === "key");
  if (all) requireRunReader(principal);
  const names = all ? undefined : approverNames(principal);
  const before = idInCursor(cursor, CURSOR_SORT);
  const found = await listApprovalRows(driver, principal.workspaceId, {
    ...{ limit: limit + 1, before, names, state, run, flow, now },
  });
  const describe = await describer(
    ctx,
    found.map(({ id }) => id),
  );
  return pageById(found, limit, CURSOR_SORT, describe);
}

/** One that the caller may decide, or any for who may read runs. */
export async function getApproval(ctx: RequestContext, id: string): Promise<ShownApproval> {
  const { driver, principal } = ctx;
  const row = isUuid(id) ? await findApproval(driver, principal.workspaceId, id.toLowerCase()) : undefined;
  if (!row) throw noSuchApproval();
  const may = mayReadRuns(principal) || (await isApprover(driver, row, approverNames(principal)));
  if (!may) throw noSuchApproval();
  return (await describer(ctx, [row.id]))(row);
}

/** The statements that forget what a run has asked since a step was kept: its nodes ask anew. */
export function forgetApprovals({ driver }: RequestContext, run: string, stepId: string): SqlQuery[] {
  return [deleteApprovalsSince(driver, run, stepId)];
}

async function describer({ driver, principal, now }: RequestContext, ids: readonly string[]) {
  const decisions = await decisionsOf(driver, ids);
  const mayReadAll = mayReadRuns(principal);
  const approvers = mayReadAll ? await approversOf(driver, ids) : undefined;
  const reader = mayReadAll ? "all" : approverNames(principal);
  return (row: FoundApproval): ShownApproval =>
    describeApproval(row, {
      decisions: decisions.get(row.id) ?? [],
      approvers: approvers ? (approvers.get(row.id) ?? []) : null,
      reader,
      now,
    });
}

const runReader = callerCheck({ access: "admin", action: "jobs:read" })!;

const requireRunReader = (principal: Principal): void => runReader(principal, "GET");

/** Whether the caller sees what all flows do. */
export function mayReadRuns(principal: Principal): boolean {
  try {
    requireRunReader(principal);
    return true;
  } catch (error) {
    if (error instanceof PlinthError) return false;
    throw error;
  }
}

export const noSuchApproval = () => new PlinthError("NOT_FOUND", "There is no such approval.");
