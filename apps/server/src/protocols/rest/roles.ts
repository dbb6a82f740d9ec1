import { createRole, createRoleSchema, deleteRole, listRoles } from "@plinth/engine";
import { defineRoute } from "../../http/define-route.ts";
import { FLAG, INSTANT, type JsonSchema, listOf, nullable, object, TEXT } from "../../http/openapi/json-schema.ts";
import type { Route } from "../../http/route.ts";

const shared = { tag: "Roles", access: "admin" } as const;
const role = (): JsonSchema => object({ name: TEXT, description: nullable(TEXT), system: FLAG, created_at: INSTANT });

/** `/api/roles`: the roles of the caller's workspace. A role's name is its id. */
export const rolesRoutes: readonly Route[] = [
  defineRoute({
    ...shared,
    id: "listRoles",
    method: "get",
    path: "/api/roles",
    summary: "The workspace's roles",
    response: () => listOf(role()),
    read: listRoles,
  }),
  defineRoute({
    ...shared,
    id: "createRole",
    method: "post",
    path: "/api/roles",
    summary: "Make a role",
    body: createRoleSchema,
    status: 201,
    response: role,
    errors: ["CONFLICT"],
    write: (scope, { body }) => createRole(scope, body),
  }),
  defineRoute({
    ...shared,
    id: "deleteRole",
    method: "delete",
    path: "/api/roles/:name",
    summary: "Delete a role and its rules",
    response: () => object({ id: TEXT }),
    errors: ["NOT_FOUND", "CONFLICT"],
    write: (scope, { params }) => deleteRole(scope, params.name),
  }),
];
