import { DEFAULT_WORKSPACE_ID, PlinthError } from "@plinth/core";
import {
  changeWorkspaceQueries,
  findWorkspace,
  mustNotBeHeld,
  type SecurityEvent,
  type WorkspaceRow,
} from "@plinth/db";
import { refuseOn } from "../../commit/commit.ts";
import { commitMetadataChange } from "../../commit/metadata-change.ts";
import { amongOperators } from "../../identity/operators.ts";
import { recordOf } from "../../identity/security-events.ts";
import {
  describeWorkspace,
  forgetWorkspace,
  holdSlug,
  refuseHeldSlug,
  SET_BY_SERVER,
  SLUG_HELD,
  type Workspace,
  workspaceFields,
  workspaceTaken,
} from "../../identity/workspaces.ts";
import { noSuchWorkspace } from "../../kernel/catalog.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import { serverSet } from "../../kernel/server-set.ts";
import * as z from "../../kernel/zod.ts";

const DAY_MS = 86_400_000;
/** By then no server serves the workspace any more, and no consumer reads its log. */
const LEAST_GRACE_MS = 10_000;
export const MAX_GRACE_DAYS = 365;

export const updateWorkspaceSchema = z.strictObject({
  ...serverSet(...SET_BY_SERVER),
  slug: workspaceFields.slug
    .optional()
    .describe("The old one no longer names the workspace, and is held for it; its id still names it"),
  name: workspaceFields.name.optional(),
});

/** By slug or id, in any state. */
export async function showWorkspace(ctx: RequestContext, workspace: string): Promise<Workspace> {
  return describeWorkspace(await requireWorkspaceRow(ctx, workspace));
}

export async function updateWorkspace(
  ctx: RequestContext,
  workspace: string,
  { slug, name }: z.infer<typeof updateWorkspaceSchema>,
): Promise<Workspace> {
  const before = await requireKept(ctx, workspace);
  if (before.id === DEFAULT_WORKSPACE_ID && slug !== undefined && slug !== before.slug) {
    throw new PlinthError("CONFLICT", "The slug of the default workspace stays as it is.", { field: "slug" });
  }
  if (slug !== undefined && slug !== before.slug) requireRightToName(ctx);
  const after = { ...before, slug: slug ?? before.slug, name: name ?? before.name };
  const detail = { before: { slug: before.slug, name: before.name }, slug: after.slug, name: after.name };
  return change(ctx, before, after, { type: "workspace_change", detail });
}

/** Where a slug is a host name, whoever gives the one gives the other, such as `login` or `accounts`. */
function requireRightToName({ engine, principal }: RequestContext): void {
  const { workspaceDomain: domain } = engine.config;
  if (domain === undefined || principal.operator?.owner) return;
  const message = `A slug is a host name below ${domain} here, so only owners of the server change it.`;
  throw new PlinthError("FORBIDDEN", message, { field: "slug" });
}

/** Nobody can use it from now on, here at once and elsewhere within two seconds. Nothing is deleted. */
export async function archiveWorkspace(ctx: RequestContext, workspace: string): Promise<Workspace> {
  const before = await requireKept(ctx, workspace);
  requireOther(before, "archived");
  const by = sideOf(ctx);
  // What a member has archived, the server's owner can still keep archived.
  if (before.archivedAt && (by !== SERVER || before.archivedBy === SERVER)) return describeWorkspace(before);
  const after = { ...before, archivedAt: before.archivedAt ?? new Date(ctx.now), archivedBy: by };
  return change(ctx, before, after, { type: "workspace_archive" });
}

export async function unarchiveWorkspace(ctx: RequestContext, workspace: string): Promise<Workspace> {
  const before = await requireKept(ctx, workspace);
  if (!before.archivedAt) return describeWorkspace(before);
  requireNotOverruled(ctx, before.archivedBy, "archived");
  return change(ctx, before, { ...before, archivedAt: null, archivedBy: null }, { type: "workspace_unarchive" });
}

/**
 * Nobody can use it from now on. It can be restored for some days; then the server deletes all that it holds. A second
 * deletion only changes that time.
 */
export async function deleteWorkspace(
  ctx: RequestContext,
  workspace: string,
  {
    confirm,
    graceDays = ctx.engine.config.workspaceGraceDays,
  }: { confirm?: string | undefined; graceDays?: number | undefined },
): Promise<Workspace> {
  const before = await requireWorkspaceRow(ctx, workspace);
  requireOther(before, "deleted");
  requireNotPurging(before);
  requireNotOverruled(ctx, before.deletedBy, "deleted");
  if (confirm !== before.slug) {
    const message = `This deletes the workspace ${before.slug} with its users and items; repeat with ?confirm=${before.slug}.`;
    throw new PlinthError("CONFIRMATION_REQUIRED", message, { field: "confirm" });
  }
  if (graceDays > MAX_GRACE_DAYS) {
    const message = `grace_days: must be a whole number from 0 to ${MAX_GRACE_DAYS}`;
    throw new PlinthError("VALIDATION", message, { field: "grace_days" });
  }
  const purgeAt = new Date(ctx.now + Math.max(LEAST_GRACE_MS, graceDays * DAY_MS));
  const after = { ...before, deletedAt: before.deletedAt ?? new Date(ctx.now), deletedBy: sideOf(ctx), purgeAt };
  return change(ctx, before, after, { type: "workspace_delete", detail: { slug: before.slug, purge_at: purgeAt } });
}

/** As it was before the deletion: archived, if it was. */
export async function restoreWorkspace(ctx: RequestContext, workspace: string): Promise<Workspace> {
  const before = await requireWorkspaceRow(ctx, workspace);
  requireNotPurging(before);
  if (!before.deletedAt) return describeWorkspace(before);
  requireNotOverruled(ctx, before.deletedBy, "deleted");
  const after = { ...before, deletedAt: null, deletedBy: null, purgeAt: null };
  return change(ctx, before, after, { type: "workspace_restore" });
}

async function change(
  ctx: RequestContext,
  before: WorkspaceRow,
  after: WorkspaceRow,
  event: Pick<SecurityEvent, "type" | "detail">,
): Promise<Workspace> {
  const { driver, now } = ctx;
  const { id, slug } = after;
  const queries = [
    ...changeWorkspaceQueries(driver, before, after),
    ...(slug === before.slug
      ? []
      : [
          mustNotBeHeld(driver, { slug, workspaceId: id }, { now, label: SLUG_HELD }),
          ...holdSlug(driver, before, { now }),
        ]),
    recordOf(amongOperators(ctx), { ...event, target: `workspace:${before.id}` }),
  ];
  const forget = () => {
    for (const row of [before, after]) forgetWorkspace(ctx.engine, row);
  };
  const meanwhile = () =>
    new PlinthError("CONFLICT", "The workspace was changed by someone else; read it again.", { field: "workspace" });
  const within = { ...ctx, principal: { ...ctx.principal, workspaceId: before.id } };
  return commitMetadataChange(within, { queries, data: describeWorkspace(after), forget })
    .catch(refuseOn("unique", () => workspaceTaken(slug)))
    .catch((error: unknown) => refuseHeldSlug(ctx, slug, error))
    .catch(refuseOn("guard", meanwhile));
}

/** Any state. */
export async function requireWorkspaceRow({ driver }: RequestContext, workspace: string): Promise<WorkspaceRow> {
  const row = await findWorkspace(driver, workspace);
  if (!row) throw noSuchWorkspace();
  return row;
}

/** One that is not deleted. */
export async function requireKept(ctx: RequestContext, workspace: string): Promise<WorkspaceRow> {
  const row = await requireWorkspaceRow(ctx, workspace);
  requireNotPurging(row);
  if (row.deletedAt) {
    throw new PlinthError("CONFLICT", "This workspace is deleted; restore it first.", { field: "workspace" });
  }
  return row;
}

const SERVER = "server";

/** In whose name the caller acts: the server's, or a workspace's. */
function sideOf({ principal }: RequestContext): string | null {
  return principal.operator?.owner ? SERVER : null;
}

/** What an owner of the server has done to a workspace, its own owners leave as it is. */
function requireNotOverruled({ principal }: RequestContext, by: string | null, what: string): void {
  if (by !== SERVER || principal.operator?.owner) return;
  throw new PlinthError("FORBIDDEN", `An owner of the server has ${what} this workspace; only they can change that.`);
}

function requireNotPurging({ purgeAt }: WorkspaceRow): void {
  if (purgeAt?.getTime() !== 0) return;
  throw new PlinthError("CONFLICT", "The data of this workspace are being deleted.", { field: "workspace" });
}

function requireOther({ id }: WorkspaceRow, what: string): void {
  if (id !== DEFAULT_WORKSPACE_ID) return;
  throw new PlinthError("CONFLICT", `The default workspace cannot be ${what}.`, { field: "workspace" });
}
