import {
  amongOperators,
  blockUser,
  changeAmongOperators,
  changeOperator,
  changeOperatorSchema,
  createOperator,
  createOperatorSchema,
  deleteUser,
  listOperators,
  listSecurityLog,
  type RequestContext,
  securityLogSchema,
  signOutUser,
  type User,
  unblockUser,
} from "@plinth/engine";
import * as z from "@plinth/engine/zod";
import { json } from "../../http/answer.ts";
import { defineRoute } from "../../http/define-route.ts";
import {
  COUNT,
  data,
  FLAG,
  INSTANT,
  type JsonSchema,
  nullable,
  object,
  TEXT,
  UUID,
} from "../../http/openapi/json-schema.ts";
import type { Route } from "../../http/route.ts";
import { securityLogEntry } from "./security-log.ts";

const shared = { tag: "Operators", access: "server_owner" } as const;
const operator = (): JsonSchema =>
  object({
    id: UUID,
    email: TEXT,
    name: TEXT,
    created_at: INSTANT,
    email_verified: FLAG,
    blocked_at: nullable(INSTANT),
    role: { type: "string", enum: ["owner", "member"] },
  });

/** `/api/operators`: the accounts of those who run the server, which belong to no workspace. */
export const operatorsRoutes: readonly Route[] = [
  defineRoute("GET /api/operators", {
    ...shared,
    id: "listOperators",
    summary: "Who runs the server",
    response: operator,
    page: (ctx, { query }) => listOperators(ctx, query),
  }),
  defineRoute("POST /api/operators", {
    ...shared,
    id: "createOperator",
    summary: "Make the account of a further operator",
    fresh: true,
    body: createOperatorSchema,
    status: 201,
    response: operator,
    errors: ["PASSWORD_TOO_COMMON", "UNIQUE_VIOLATION"],
    write: (ctx, { body }) => createOperator(ctx, body),
  }),
  defineRoute("PATCH /api/operators/:id", {
    ...shared,
    id: "changeOperator",
    summary: "Make an operator an owner of the server, or a member only; the last owner stays",
    fresh: true,
    body: changeOperatorSchema,
    response: operator,
    errors: ["NOT_FOUND", "CONFLICT", "EMAIL_NOT_VERIFIED"],
    write: (ctx, { params, body }) => changeOperator(ctx, params.id, body),
  }),
  defineRoute("DELETE /api/operators/:id", {
    ...shared,
    id: "deleteOperator",
    summary: "Delete an operator; the last one stays",
    fresh: true,
    response: () => data(object({ id: UUID, complete: FLAG, items: object({ released: COUNT, deleted: COUNT }) })),
    errors: ["NOT_FOUND", "CONFLICT"],
    async handle(c) {
      const { id, complete, items } = await deleteUser(amongOperators(c.env.ctx), c.req.param("id"), "release");
      return json(c, { data: { id, complete, items } }, complete ? 200 : 202);
    },
  }),
  change("block", "Block an operator: sessions end, and nobody can sign in", blockUser),
  change("unblock", "Let a blocked operator sign in again", unblockUser, { fresh: true }),
  change("sign-out", "End all sessions of an operator", signOutUser),
  defineRoute("GET /api/operators/security-log", {
    ...shared,
    id: "listOperatorsSecurityLog",
    summary: "What happened to operators' accounts, newest first",
    query: securityLogSchema,
    response: securityLogEntry,
    page: (ctx, { query }) => listSecurityLog(amongOperators(ctx), query),
  }),
];

function change(
  name: string,
  summary: string,
  write: (ctx: RequestContext, id: string) => Promise<User>,
  more: { readonly fresh?: true } = {},
): Route {
  return defineRoute(`POST /api/operators/:id/${name}`, {
    ...shared,
    ...more,
    id: `${name.replace("sign-out", "signOut")}Operator`,
    summary,
    body: z.strictObject({}),
    bodyOptional: true,
    response: operator,
    errors: ["NOT_FOUND", "CONFLICT"],
    write: (ctx, { params }) => changeAmongOperators(ctx, (params as { id: string }).id, write),
  });
}
