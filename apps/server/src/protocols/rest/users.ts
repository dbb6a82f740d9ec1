import { invalid } from "@plinth/core";
import { assignRoles, assignRolesSchema, listUsers } from "@plinth/engine";
import * as z from "zod";
import { defineRoute } from "../../http/define-route.ts";
import { FLAG, INSTANT, type JsonSchema, listOf, object, TEXT, UUID } from "../../http/openapi/json-schema.ts";
import type { Route } from "../../http/route.ts";

const DEFAULT_LIMIT = 50;

const whole = z
  .string()
  .regex(/^\d{1,9}$/, "must be a whole number")
  .transform(Number);
const shared = { tag: "Users", access: "admin" } as const;
const user = (): JsonSchema =>
  object({ id: UUID, email: TEXT, name: TEXT, created_at: INSTANT, roles: listOf(TEXT), operator: FLAG });

/** `/api/users`: the users of the caller's workspace and their roles. Accounts are created at `/api/auth`. */
export const usersRoutes: readonly Route[] = [
  defineRoute("GET /api/users", {
    ...shared,
    id: "listUsers",
    summary: "The workspace's users",
    query: z.strictObject({ limit: whole.optional(), offset: whole.optional() }),
    response: () => listOf(user()),
    read(ctx, { query: { limit = DEFAULT_LIMIT, offset = 0 } }) {
      const { maxLimit } = ctx.engine.config;
      if (limit < 1 || limit > maxLimit) throw invalid("limit", `must be a whole number from 1 to ${maxLimit}`);
      return listUsers(ctx, { limit, offset });
    },
  }),
  defineRoute("PUT /api/users/:id/roles", {
    ...shared,
    id: "assignRoles",
    summary: "Set a user's roles",
    body: assignRolesSchema,
    response: user,
    errors: ["NOT_FOUND", "CONFLICT"],
    write: (ctx, { params, body }) => assignRoles(ctx, params.id, body),
  }),
];
