import {
  APPROVAL_STATES,
  approvalFilterSchema,
  approvalLinkSchema,
  DECISIONS,
  decideApproval,
  decideApprovalSchema,
  decideByLink,
  decideByLinkSchema,
  getApproval,
  listApprovals,
  showApprovalLink,
} from "@plinth/engine";
import { defineRoute } from "../../http/define-route.ts";
import {
  COUNT,
  INSTANT,
  type JsonSchema,
  listOf,
  nullable,
  object,
  TEXT,
  UUID,
} from "../../http/openapi/json-schema.ts";
import type { Route } from "../../http/route.ts";

const question = {
  id: UUID,
  title: nullable(TEXT),
  question: TEXT,
  details: {},
  state: { type: "string", enum: [...APPROVAL_STATES] },
  created_at: INSTANT,
  expires_at: INSTANT,
} satisfies Record<string, JsonSchema>;

const decision = object({
  by: nullable(TEXT),
  decision: { type: "string", enum: [...DECISIONS] },
  comment: TEXT,
  via: { type: "string", enum: ["api", "mail"] },
  created_at: INSTANT,
});

const approval = (): JsonSchema =>
  object({
    ...question,
    run: UUID,
    flow: TEXT,
    path: TEXT,
    needs: COUNT,
    approvers: nullable(listOf(TEXT)),
    decisions: listOf(decision),
    decided_at: nullable(INSTANT),
  });

const tag = "Flows";
const asked = () => object({ ...question, question: nullable(TEXT) });

/** `/api/approvals`: what flows ask people, and what these have decided. */
export const approvalsRoutes: readonly Route[] = [
  defineRoute("GET /api/approvals", {
    tag,
    access: "workspace",
    scope: "jobs",
    id: "listApprovals",
    summary: "What flows ask you, the newest first",
    query: approvalFilterSchema,
    response: approval,
    page: (ctx, { query }) => listApprovals(ctx, query),
  }),
  defineRoute("GET /api/approvals/:id", {
    tag,
    access: "workspace",
    scope: "jobs",
    id: "getApproval",
    summary: "One thing that a flow asks, with what was decided",
    response: approval,
    errors: ["NOT_FOUND"],
    read: (ctx, { params }) => getApproval(ctx, params.id),
  }),
  defineRoute("POST /api/approvals/:id/decide", {
    tag,
    access: "account",
    id: "decideApproval",
    summary: "Approve or reject what a flow asks you",
    body: decideApprovalSchema,
    response: approval,
    errors: ["NOT_FOUND", "CONFLICT"],
    write: (ctx, { params, body }) => decideApproval(ctx, params.id, body),
  }),
  defineRoute("POST /api/approval-links", {
    tag,
    access: "caller",
    scope: "open",
    id: "showApprovalLink",
    summary: "What the link of a mail asks. It decides nothing",
    body: approvalLinkSchema,
    response: asked,
    read: (ctx, { body }) => showApprovalLink(ctx, body.token),
  }),
  defineRoute("POST /api/approval-links/decide", {
    tag,
    access: "caller",
    scope: "open",
    id: "decideByLink",
    summary: "Approve or reject by the link of a mail, as whom it was sent to",
    body: decideByLinkSchema,
    response: asked,
    errors: ["CONFLICT"],
    write: (ctx, { body }) => decideByLink(ctx, body),
  }),
];
