import { createWorkspace, createWorkspaceSchema, listWorkspaces } from "@plinth/engine";
import { defineRoute } from "../../http/define-route.ts";
import { INSTANT, type JsonSchema, listOf, object, TEXT, UUID } from "../../http/openapi/json-schema.ts";
import type { Route } from "../../http/route.ts";

const shared = { tag: "Workspaces", access: "operator" } as const;
const workspace = (): JsonSchema => object({ id: UUID, slug: TEXT, name: TEXT, created_at: INSTANT });

/** `/api/workspaces`: only for operators. */
export const workspacesRoutes: readonly Route[] = [
  defineRoute("GET /api/workspaces", {
    ...shared,
    id: "listWorkspaces",
    summary: "All workspaces",
    response: () => listOf(workspace()),
    read: listWorkspaces,
  }),
  defineRoute("POST /api/workspaces", {
    ...shared,
    id: "createWorkspace",
    summary: "Make a workspace",
    body: createWorkspaceSchema,
    status: 201,
    response: workspace,
    errors: ["CONFLICT"],
    write: (ctx, { body }) => createWorkspace(ctx, body),
  }),
];
