import { ROLE_ADMIN } from "@plinth/core";
import {
  assignRoles,
  assignRolesSchema,
  blockUser,
  createUser,
  createUserSchema,
  deleteUser,
  exportUser,
  impersonate,
  impersonateSchema,
  listAgreements,
  listUsers,
  phoneNumber,
  type RequestContext,
  resetUserSecondFactor,
  signOutUser,
  type User,
  type UserRemoval,
  unblockUser,
  updateUser,
  updateUserSchema,
} from "@plinth/engine";
import * as z from "@plinth/engine/zod";
import type { Context } from "hono";
import type { AppEnv } from "../../context.ts";
import { json } from "../../http/answer.ts";
import { answerFile } from "../../http/answer-file.ts";
import { defineRoute } from "../../http/define-route.ts";
import {
  ANY_OBJECT,
  COUNT,
  data,
  FLAG,
  INSTANT,
  type JsonSchema,
  listOf,
  nullable,
  object,
  TEXT,
  UUID,
} from "../../http/openapi/json-schema.ts";
import { wholeNumber } from "../../http/paging.ts";
import type { Route } from "../../http/route.ts";
import { revocationIn, revokeKeys, seenKeys } from "./seen-keys.ts";
import { session } from "./sessions.ts";

const shared = { tag: "Users", access: "admin", scope: "users" } as const;
const USER = {
  id: UUID,
  email: nullable(TEXT),
  phone: nullable(TEXT),
  name: TEXT,
  image: nullable(TEXT),
  created_at: INSTANT,
  roles: listOf(TEXT),
  email_verified: FLAG,
  blocked_at: nullable(INSTANT),
  is_anonymous: FLAG,
};
const yesOrNo = z.enum(["true", "false"]).transform((text) => text === "true");
const user = (): JsonSchema => object(USER);
const assigned = (): JsonSchema => object({ ...USER, "keys?": seenKeys(), "keys_revoked?": FLAG });

/** A version of the terms to which a user has agreed. */
export const agreement = (): JsonSchema => object({ version: TEXT, url: TEXT, agreed_at: INSTANT });

/** All that is stored about a user. */
export const userFile = (): JsonSchema =>
  object({
    user: user(),
    sign_in: listOf(ANY_OBJECT),
    sessions: listOf(session()),
    agreements: listOf(agreement()),
    security_log: listOf(ANY_OBJECT),
    items: ANY_OBJECT,
  });

export function answerUserFile(
  c: Context<AppEnv>,
  id: string,
  pieces: AsyncGenerator<string, void, undefined>,
): Promise<Response> {
  return answerFile(c, pieces, {
    "content-type": "application/json",
    "content-disposition": `attachment; filename="user-${id}.json"`,
  });
}

/** What the deletion of a user has done so far. */
export const removal = (): JsonSchema =>
  object({
    id: UUID,
    complete: FLAG,
    items: object({ released: COUNT, deleted: COUNT }),
    sessions: COUNT,
    accounts: COUNT,
    roles: listOf(TEXT),
  });

export function answerRemoval(c: Context<AppEnv>, done: UserRemoval): Response {
  return json(c, { data: done }, done.complete ? 200 : 202);
}

/** An administrator keeps every right. */
export function ifAdmin(roles: readonly string[] | undefined): string | undefined {
  return roles?.includes(ROLE_ADMIN) ? "roles" : undefined;
}

/** `/api/users`: the users of the caller's workspace and their roles. */
export const usersRoutes: readonly Route[] = [
  defineRoute("GET /api/users", {
    ...shared,
    id: "listUsers",
    summary: "The workspace's users",
    query: z.strictObject({
      offset: wholeNumber.optional(),
      email: z.string().max(254).optional().describe("The user with this address"),
      phone: phoneNumber.optional().describe("The user with this number"),
      search: z.string().min(1).max(200).optional().describe("Users whose address or name contains this"),
      role: z.string().min(1).max(40).optional().describe("Users to whom this role is assigned"),
      blocked: yesOrNo.optional().describe("Whether nobody can sign in as the user"),
      anonymous: yesOrNo.optional().describe("Whether the user has no sign-in method of its own"),
    }),
    response: user,
    page: (ctx, { query }) => listUsers(ctx, query),
  }),
  defineRoute("POST /api/users", {
    ...shared,
    id: "createUser",
    summary: "Make an account for somebody",
    fresh: ({ body }) => ifAdmin(body.roles),
    body: createUserSchema,
    status: 201,
    response: user,
    errors: ["UNIQUE_VIOLATION", "PASSWORD_TOO_COMMON", "CONFLICT"],
    write: (ctx, { body }) => createUser(ctx, body),
  }),
  defineRoute("PATCH /api/users/:id", {
    ...shared,
    id: "changeUser",
    summary: "Change a user's name or image",
    body: updateUserSchema,
    response: user,
    errors: ["NOT_FOUND"],
    write: (ctx, { params, body }) => updateUser(ctx, params.id, body),
  }),
  defineRoute("PUT /api/users/:id/roles", {
    ...shared,
    id: "assignRoles",
    summary: "Set a user's roles",
    fresh: ({ body }) => ifAdmin(body.roles),
    query: z.strictObject(revokeKeys),
    body: assignRolesSchema,
    response: assigned,
    errors: ["NOT_FOUND", "CONFLICT"],
    write: (ctx, { params, query, body }) => assignRoles(ctx, params.id, body, revocationIn(query)),
  }),
  defineRoute("DELETE /api/users/:id", {
    ...shared,
    id: "deleteUser",
    summary: "Delete a user, and release or delete the items that it owns",
    query: z.strictObject({
      items: z
        .enum(["release", "delete"])
        .describe(
          "What happens to the items that the user owns. `release`: they stay, and have no owner. `delete`: they are deleted with the user",
        ),
    }),
    response: () => data(removal()),
    errors: ["NOT_FOUND", "CONFLICT"],
    async handle(c, { query }) {
      return answerRemoval(c, await deleteUser(c.env.ctx, c.req.param("id"), query.items));
    },
  }),
  defineRoute("GET /api/users/:id/agreements", {
    ...shared,
    id: "listAgreements",
    summary: "The versions of the workspace's terms to which a user has agreed",
    response: () => listOf(agreement()),
    errors: ["NOT_FOUND"],
    read: (ctx, { params }) => listAgreements(ctx, params.id),
  }),
  defineRoute("GET /api/users/:id/export", {
    ...shared,
    id: "exportUser",
    summary: "All that is stored about a user, as JSON",
    load: "bulk",
    response: userFile,
    errors: ["NOT_FOUND"],
    async handle(c) {
      const id = c.req.param("id");
      return answerUserFile(c, id, await exportUser(c.env.ctx, id));
    },
  }),
  defineRoute("POST /api/users/:id/impersonate", {
    tag: "Users",
    access: "server_owner",
    id: "impersonateUser",
    summary: "Act as a user for some minutes; the user sees it",
    fresh: true,
    body: impersonateSchema,
    status: 201,
    response: () =>
      object({
        token: TEXT,
        session: UUID,
        expires_at: INSTANT,
        user: object({ id: UUID, email: nullable(TEXT), name: TEXT }),
      }),
    errors: ["NOT_FOUND", "CONFLICT", "USER_BLOCKED"],
    write: (ctx, { params, body }) => impersonate(ctx, params.id, body),
  }),
  change("block", "Block a user: sessions end, and nobody can sign in", blockUser),
  change("unblock", "Let a blocked user sign in again", unblockUser),
  defineRoute("DELETE /api/users/:id/second-factor", {
    ...shared,
    // A key has no proof.
    scope: "none",
    id: "resetUserSecondFactor",
    summary: "Remove the second factor of a user who has lost it, and end all sessions of the user",
    fresh: true,
    response: user,
    errors: ["NOT_FOUND", "CONFLICT"],
    write: (ctx, { params }) => resetUserSecondFactor(ctx, params.id),
  }),
  change("sign-out", "End all sessions of a user", signOutUser),
];

function change(name: string, summary: string, write: (ctx: RequestContext, id: string) => Promise<User>): Route {
  return defineRoute(`POST /api/users/:id/${name}`, {
    ...shared,
    id: `${name.replace("sign-out", "signOut")}User`,
    summary,
    body: z.strictObject({}),
    bodyOptional: true,
    response: user,
    errors: ["NOT_FOUND", "CONFLICT"],
    write: (ctx, { params }) => write(ctx, (params as { id: string }).id),
  });
}
