import {
  archiveWorkspace,
  createWorkspace,
  createWorkspaceSchema,
  deleteWorkspace,
  listWorkspaces,
  type RequestContext,
  restoreWorkspace,
  showWorkspace,
  unarchiveWorkspace,
  updateWorkspace,
  updateWorkspaceSchema,
  WORKSPACE_STATES,
  type Workspace,
} from "@plinth/engine";
import * as z from "zod";
import { defineRoute } from "../../http/define-route.ts";
import { INSTANT, type JsonSchema, listOf, nullable, object, TEXT, UUID } from "../../http/openapi/json-schema.ts";
import { wholeNumber } from "../../http/paging.ts";
import type { Route } from "../../http/route.ts";

const shared = { tag: "Workspaces", access: "member" } as const;
const workspace = (): JsonSchema =>
  object({
    id: UUID,
    slug: TEXT,
    name: TEXT,
    state: { type: "string", enum: [...WORKSPACE_STATES] },
    created_at: INSTANT,
    archived_at: nullable(INSTANT),
    deleted_at: nullable(INSTANT),
    purge_at: nullable(INSTANT),
  });

/** `/api/workspaces`: for operators. A workspace is named by its slug or id, and the service checks the role in it. */
export const workspacesRoutes: readonly Route[] = [
  defineRoute("GET /api/workspaces", {
    ...shared,
    id: "listWorkspaces",
    summary: "The workspaces in which you may act",
    response: () => listOf(workspace()),
    read: listWorkspaces,
  }),
  defineRoute("POST /api/workspaces", {
    ...shared,
    access: "operator",
    id: "createWorkspace",
    summary: "Make a workspace",
    body: createWorkspaceSchema,
    status: 201,
    response: workspace,
    errors: ["CONFLICT"],
    write: (ctx, { body }) => createWorkspace(ctx, body),
  }),
  defineRoute("GET /api/workspaces/:workspace", {
    ...shared,
    id: "getWorkspace",
    summary: "One workspace, in any state",
    response: workspace,
    errors: ["NOT_FOUND"],
    read: (ctx, { params }) => showWorkspace(ctx, params.workspace),
  }),
  defineRoute("PATCH /api/workspaces/:workspace", {
    ...shared,
    id: "updateWorkspace",
    summary: "Change the slug or the name of a workspace",
    fresh: ({ body }) => (body.slug === undefined ? undefined : "slug"),
    body: updateWorkspaceSchema,
    response: workspace,
    errors: ["NOT_FOUND", "CONFLICT"],
    write: (ctx, { params, body }) => updateWorkspace(ctx, params.workspace, body),
  }),
  change("archive", "Archive a workspace: nobody can use it, and nothing is deleted", archiveWorkspace),
  change("unarchive", "Let an archived workspace be used again", unarchiveWorkspace),
  defineRoute("DELETE /api/workspaces/:workspace", {
    ...shared,
    id: "deleteWorkspace",
    summary: "Delete a workspace with all that it holds; it can be restored for some days",
    fresh: true,
    query: z.strictObject({
      confirm: z.string().optional().describe("The slug of the workspace"),
      grace_days: wholeNumber
        .optional()
        .describe("Days in which it can be restored, at most 365; by default WORKSPACE_GRACE_DAYS"),
    }),
    response: workspace,
    errors: ["NOT_FOUND", "CONFLICT", "CONFIRMATION_REQUIRED"],
    write: (ctx, { params, query }) =>
      deleteWorkspace(ctx, params.workspace, { confirm: query.confirm, graceDays: query.grace_days }),
  }),
  change("restore", "Restore a deleted workspace", restoreWorkspace),
];

function change(
  name: string,
  summary: string,
  write: (ctx: RequestContext, workspace: string) => Promise<Workspace>,
): Route {
  return defineRoute(`POST /api/workspaces/:workspace/${name}`, {
    ...shared,
    id: `${name}Workspace`,
    summary,
    fresh: true,
    body: z.strictObject({}),
    bodyOptional: true,
    response: workspace,
    errors: ["NOT_FOUND", "CONFLICT"],
    write: (ctx, { params }) => write(ctx, (params as { workspace: string }).workspace),
  });
}
