import { MEMBER_ROLES } from "@plinth/core";
import {
  changeWorkspaceMember,
  changeWorkspaceMemberSchema,
  inviteOperator,
  inviteOperatorSchema,
  KEY_KINDS,
  listOperatorInvitations,
  listWorkspaceMembers,
  removeWorkspaceMember,
  revokeOperatorInvitation,
} from "@plinth/engine";
import * as z from "zod";
import { json } from "../../http/answer.ts";
import { defineRoute } from "../../http/define-route.ts";
import { FLAG, INSTANT, type JsonSchema, listOf, object, TEXT, UUID } from "../../http/openapi/json-schema.ts";
import { cursorPage, cursorParameters, limitWithin } from "../../http/paging.ts";
import type { Route } from "../../http/route.ts";
import { invitation, SECRETS } from "./invitation-schema.ts";

const flag = z.enum(["true", "false"]).default("false");
const shared = { tag: "Workspaces", access: "member" } as const;
const ROLE: JsonSchema = { type: "string", enum: [...MEMBER_ROLES] };

const member = (): JsonSchema => object({ id: UUID, email: TEXT, name: TEXT, role: ROLE, created_at: INSTANT });
const madeKey = (): JsonSchema =>
  object({ id: UUID, name: TEXT, kind: { type: "string", enum: [...KEY_KINDS] }, prefix: TEXT });
const GIVES = { role: ROLE };

/** `/api/members` and `/api/member-invitations`: the operators who may act in the workspace of the request. */
export const membersRoutes: readonly Route[] = [
  defineRoute("GET /api/members", {
    ...shared,
    id: "listWorkspaceMembers",
    summary: "The operators who are members of this workspace",
    query: z.strictObject(cursorParameters),
    response: () => cursorPage(member()),
    errors: ["NOT_FOUND", "INVALID_CURSOR"],
    async handle(c, { query: { limit, cursor } }) {
      const { ctx } = c.env;
      return json(c, await listWorkspaceMembers(ctx, { limit: limitWithin(ctx, limit), cursor }));
    },
  }),
  defineRoute("PATCH /api/members/:id", {
    ...shared,
    access: "member_admin",
    id: "changeWorkspaceMember",
    summary: "Change the role of a member; the last owner stays",
    fresh: true,
    body: changeWorkspaceMemberSchema,
    response: member,
    errors: ["NOT_FOUND", "CONFLICT", "EMAIL_NOT_VERIFIED"],
    write: (ctx, { params, body }) => changeWorkspaceMember(ctx, params.id, body),
  }),
  defineRoute("DELETE /api/members/:id", {
    ...shared,
    id: "removeWorkspaceMember",
    summary: "Remove a member, or leave the workspace; the last owner stays",
    query: z.strictObject({
      revoke_keys: flag.describe("Whether the keys end that the member made or rotated last"),
    }),
    response: () => object({ id: UUID, keys: listOf(madeKey()), keys_revoked: FLAG }),
    errors: ["NOT_FOUND", "CONFLICT"],
    write: (ctx, { params, query }) =>
      removeWorkspaceMember(ctx, params.id, { revokeKeys: query.revoke_keys === "true" }),
  }),
  defineRoute("GET /api/member-invitations", {
    ...shared,
    access: "member_admin",
    id: "listOperatorInvitations",
    summary: "The invitations to become a member of this workspace",
    response: () => listOf(invitation(GIVES)),
    errors: ["NOT_FOUND"],
    read: listOperatorInvitations,
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
    errors: ["NOT_FOUND", "CONFLICT", "LIMIT_EXCEEDED", "MAIL_NOT_CONFIGURED"],
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
