import { MEMBER_ROLES } from "@plinth/core";
import {
  changeWorkspaceMember,
  changeWorkspaceMemberSchema,
  inviteOperator,
  inviteOperatorSchema,
  listOperatorInvitations,
  listWorkspaceMembers,
  removeWorkspaceMember,
  revokeOperatorInvitation,
} from "@plinth/engine";
import * as z from "@plinth/engine/zod";
import { defineRoute } from "../../http/define-route.ts";
import { FLAG, INSTANT, type JsonSchema, object, TEXT, UUID } from "../../http/openapi/json-schema.ts";
import type { Route } from "../../http/route.ts";
import { invitation, SECRETS } from "./invitation-schema.ts";
import { revocationIn, revokeKeys, seenKeys } from "./seen-keys.ts";

const shared = { tag: "Workspaces", access: "member" } as const;
const ROLE: JsonSchema = { type: "string", enum: [...MEMBER_ROLES] };

const member = (more: Record<string, JsonSchema> = {}): JsonSchema =>
  object({ id: UUID, email: TEXT, name: TEXT, role: ROLE, created_at: INSTANT, ...more });
const GIVES = { role: ROLE };

/** `/api/members` and `/api/member-invitations`: the operators who may act in the workspace of the request. */
export const membersRoutes: readonly Route[] = [
  defineRoute("GET /api/members", {
    ...shared,
    id: "listWorkspaceMembers",
    summary: "The operators who are members of this workspace",
    response: () => member(),
    errors: ["NOT_FOUND"],
    page: (ctx, { query }) => listWorkspaceMembers(ctx, query),
  }),
  defineRoute("PATCH /api/members/:id", {
    ...shared,
    access: "member_admin",
    id: "changeWorkspaceMember",
    summary: "Change the role of a member; the last owner stays",
    fresh: true,
    query: z.strictObject(revokeKeys),
    body: changeWorkspaceMemberSchema,
    response: () => member({ "keys?": seenKeys(), "keys_revoked?": FLAG }),
    errors: ["NOT_FOUND", "CONFLICT", "EMAIL_NOT_VERIFIED"],
    write: (ctx, { params, query, body }) => changeWorkspaceMember(ctx, params.id, body, revocationIn(query)),
  }),
  defineRoute("DELETE /api/members/:id", {
    ...shared,
    id: "removeWorkspaceMember",
    summary: "Remove a member, or leave the workspace; the last owner stays",
    query: z.strictObject(revokeKeys),
    response: () => object({ id: UUID, keys: seenKeys(), keys_revoked: FLAG }),
    errors: ["NOT_FOUND", "CONFLICT"],
    write: (ctx, { params, query }) => removeWorkspaceMember(ctx, params.id, revocationIn(query)),
  }),
  defineRoute("GET /api/member-invitations", {
    ...shared,
    access: "member_admin",
    id: "listOperatorInvitations",
    summary: "The invitations to become a member of this workspace, newest first",
    response: () => invitation(GIVES),
    errors: ["NOT_FOUND"],
    page: (ctx, { query }) => listOperatorInvitations(ctx, query),
  }),
  defineRoute("POST /api/member-invitations", {
    ...shared,
    access: "member_admin",
    id: "inviteOperator",
    summary: "Invite an operator into this workspace; only this answer holds the token and the link",
    fresh: true,
    body: inviteOperatorSchema,
    status: 201,
    response: () => invitation(GIVES, SECRETS),
    errors: ["NOT_FOUND", "CONFLICT", "LIMIT_EXCEEDED", "MAIL_NOT_CONFIGURED", "RATE_LIMITED"],
    write: (ctx, { body }) => inviteOperator(ctx, body),
  }),
  defineRoute("DELETE /api/member-invitations/:id", {
    ...shared,
    access: "member_admin",
    id: "revokeOperatorInvitation",
    summary: "Revoke an invitation of a member that is still open",
    response: () => object({ id: UUID }),
    errors: ["NOT_FOUND"],
    write: (ctx, { params }) => revokeOperatorInvitation(ctx, params.id),
  }),
];
