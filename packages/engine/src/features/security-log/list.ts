import { type Json, OPERATORS_POOL_ID } from "@plinth/core";
import { listSecurityEvents, SECURITY_EVENTS, SECURITY_OUTCOMES, type SecurityLogRow } from "@plinth/db";
import { type CursorPage, idInCursor, type PageQuery, pageById } from "../../identity/paging.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import * as z from "../../kernel/zod.ts";

const CURSOR_SORT = "-id";
const instant = z.iso.datetime({ offset: true });

export const securityLogSchema = z.strictObject({
  type: z
    .string()
    .transform((text) => text.split(","))
    .pipe(z.array(z.enum(SECURITY_EVENTS)))
    .optional()
    .describe(`Types of events, separated by commas: ${SECURITY_EVENTS.join(", ")}`),
  outcome: z.enum(SECURITY_OUTCOMES).optional(),
  actor: z.string().max(100).optional().describe("Such as user:ID or key:ID"),
  target: z.string().max(100).optional().describe("Such as user:ID, key:ID, session:ID or invitation:ID"),
  address: z.string().max(100).optional(),
  from: instant.optional(),
  to: instant.optional().describe("Events before this time"),
});

export interface SecurityLogEntry {
  id: string;
  /** The workspace's id; null: events of operators' accounts, which belong to no workspace. */
  workspace: string | null;
  at: string;
  type: string;
  outcome: string;
  actor: string | null;
  target: string | null;
  address: string | null;
  detail: Json;
}

/** The workspace's events, newest first. */
export async function listSecurityLog(
  ctx: RequestContext,
  { limit, cursor, type, from, to, ...filter }: z.output<typeof securityLogSchema> & PageQuery,
): Promise<CursorPage<SecurityLogEntry>> {
  const before = idInCursor(cursor, CURSOR_SORT);
  const found = await listSecurityEvents(
    ctx.driver,
    ctx.principal.workspaceId,
    { ...filter, types: type, from: from ? new Date(from) : undefined, to: to ? new Date(to) : undefined },
    { limit: limit + 1, before },
  );
  return pageById(found, limit, CURSOR_SORT, describe);
}

function describe({ createdAt, workspaceId, detail, ...row }: SecurityLogRow): SecurityLogEntry {
  const { id, type, outcome, actor, target, address } = row;
  return {
    id,
    workspace: workspaceId === OPERATORS_POOL_ID ? null : workspaceId,
    at: createdAt.toISOString(),
    type,
    outcome,
    actor,
    target,
    address,
    detail: detail === null ? null : (JSON.parse(detail) as Json),
  };
}
