import {
  addWorkspaceHost,
  archiveWorkspace,
  createWorkspace,
  createWorkspaceSchema,
  deleteWorkspace,
  listWorkspaceHosts,
  listWorkspaces,
  type RequestContext,
  removeWorkspaceHost,
  restoreWorkspace,
  showWorkspace,
  unarchiveWorkspace,
  updateWorkspace,
  updateWorkspaceSchema,
  WORKSPACE_STATES,
  type Workspace,
} from "@plinth/engine";
import * as z from "@plinth/engine/zod";
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

const workspaceHost = (): JsonSchema => object({ host: TEXT, created_at: INSTANT });
/**
 * For owners of the server: who may give a workspace any name could take the one of another, or one that somebody else
 * has pointed here.
 */
const onHost = { ...shared, access: "server_owner", fresh: true, response: workspaceHost } as const;

/** `/api/workspaces`: for operators. A workspace is named by its slug or id. */
export const workspacesRoutes: readonly Route[] = [
  defineRoute("GET /api/workspaces", {
    ...shared,
    access: "any_operator",
    id: "listWorkspaces",
    summary: "The workspaces in which you may act",
    response: workspace,
    page: (ctx, { query }) => listWorkspaces(ctx, query),
  }),
  defineRoute("POST /api/workspaces", {
    ...shared,
    access: "server_owner",
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
    access: "member_owner",
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
    access: "member_owner",
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
  defineRoute("GET /api/workspaces/:workspace/hosts", {
    ...shared,
    id: "listWorkspaceHosts",
    summary: "The host names that mean a workspace, beside the one below WORKSPACE_DOMAIN",
    response: () => listOf(workspaceHost()),
    errors: ["NOT_FOUND"],
    read: (ctx, { params }) => listWorkspaceHosts(ctx, params.workspace),
  }),
  defineRoute("PUT /api/workspaces/:workspace/hosts/:host", {
    ...onHost,
    id: "addWorkspaceHost",
    summary: "Let a host name mean a workspace",
    errors: ["NOT_FOUND", "CONFLICT"],
    write: (ctx, { params }) => addWorkspaceHost(ctx, params.workspace, params.host),
  }),
  defineRoute("DELETE /api/workspaces/:workspace/hosts/:host", {
    ...onHost,
    id: "removeWorkspaceHost",
    summary: "Let a host name no longer mean a workspace",
    errors: ["NOT_FOUND"],
    write: (ctx, { params }) => removeWorkspaceHost(ctx, params.workspace, params.host),
  }),
];

function change(
  name: string,
  summary: string,
  write: (ctx: RequestContext, workspace: string) => Promise<Workspace>,
): Route {
  return defineRoute(`POST /api/workspaces/:workspace/${name}`, {
    ...shared,
    access: "member_owner",
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
