import { createRole, createRoleSchema, deleteRole, listRoles } from "@plinth/engine";
import { defineRoute } from "../../http/define-route.ts";
import { FLAG, INSTANT, type JsonSchema, listOf, nullable, object, TEXT } from "../../http/openapi/json-schema.ts";
import type { Route } from "../../http/route.ts";

const shared = { tag: "Roles", access: "admin", scope: "rules" } as const;
const role = (): JsonSchema => object({ name: TEXT, description: nullable(TEXT), system: FLAG, created_at: INSTANT });

/** `/api/roles`: the roles of the caller's workspace. A role's name is its id. */
export const rolesRoutes: readonly Route[] = [
  defineRoute("GET /api/roles", {
    ...shared,
    id: "listRoles",
    summary: "The workspace's roles",
    response: () => listOf(role()),
    read: listRoles,
  }),
  defineRoute("POST /api/roles", {
    ...shared,
    id: "createRole",
    summary: "Make a role",
    body: createRoleSchema,
    status: 201,
    response: role,
    errors: ["CONFLICT", "LIMIT_EXCEEDED"],
    write: (ctx, { body }) => createRole(ctx, body),
  }),
  defineRoute("DELETE /api/roles/:name", {
    ...shared,
    id: "deleteRole",
    summary: "Delete a role and its rules",
    response: () => object({ id: TEXT }),
    errors: ["NOT_FOUND", "CONFLICT"],
    write: (ctx, { params }) => deleteRole(ctx, params.name),
  }),
];
