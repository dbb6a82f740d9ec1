import {
  acceptInvitation,
  acceptInvitationSchema,
  createInvitation,
  createInvitationSchema,
  listInvitations,
  revokeInvitation,
} from "@plinth/engine";
import { defineRoute } from "../../http/define-route.ts";
import { listOf, object, TEXT, UUID } from "../../http/openapi/json-schema.ts";
import type { Route } from "../../http/route.ts";
import { invitation, SECRETS } from "./invitation-schema.ts";
import { ifAdmin } from "./users.ts";

const shared = { tag: "Users", access: "admin", scope: "users" } as const;

const GIVES = { roles: listOf(TEXT) };

/** `/api/invitations`: who may make an account, and with which roles. */
export const invitationsRoutes: readonly Route[] = [
  defineRoute("GET /api/invitations", {
    ...shared,
    id: "listInvitations",
    summary: "The workspace's invitations, newest first",
    response: () => invitation(GIVES),
    page: (ctx, { query }) => listInvitations(ctx, query),
  }),
  defineRoute("POST /api/invitations", {
    ...shared,
    id: "createInvitation",
    summary: "Invite somebody; only this answer holds the token and the link",
    fresh: ({ body }) => ifAdmin(body.roles),
    body: createInvitationSchema,
    status: 201,
    response: () => invitation(GIVES, SECRETS),
    errors: ["CONFLICT", "SIGN_UP_CLOSED", "MAIL_NOT_CONFIGURED", "RATE_LIMITED"],
    write: (ctx, { body }) => createInvitation(ctx, body),
  }),
  defineRoute("DELETE /api/invitations/:id", {
    ...shared,
    id: "revokeInvitation",
    summary: "Revoke an invitation that is still open",
    response: () => object({ id: UUID }),
    errors: ["NOT_FOUND"],
    write: (ctx, { params }) => revokeInvitation(ctx, params.id),
  }),
  defineRoute("POST /api/invitations/accept", {
    tag: "Users",
    access: "account",
    id: "acceptInvitation",
    summary: "Accept an invitation with the account that you have",
    body: acceptInvitationSchema,
    response: () => object({ id: UUID, roles: listOf(TEXT) }),
    errors: ["INVALID_INVITATION", "EMAIL_NOT_VERIFIED", "CONFLICT"],
    write: (ctx, { body }) => acceptInvitation(ctx, body),
  }),
];
