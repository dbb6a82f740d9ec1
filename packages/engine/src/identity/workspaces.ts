import {
  type Awaitable,
  DataError,
  isUuid,
  type MemberRole,
  PlinthError,
  type SqlDriver,
  type SqlQuery,
  SYSTEM_ROLES,
  uuidv7,
  whenDone,
} from "@plinth/core";
import {
  createUsersCollection,
  findSlugHeldUntil,
  findWorkspace,
  findWorkspaceId,
  findWorkspaceName,
  findWorkspaceSlug,
  holdSlugQueries,
  holdSlugsOfPurged,
  insertRoles,
  insertWorkspace,
  listWorkspacePage,
  mustNotBeHeld,
  type WorkspaceRow,
} from "@plinth/db";
import { commit, refuseOn } from "../commit/commit.ts";
import { noSuchWorkspace } from "../kernel/catalog.ts";
import type { Engine, RequestContext, WorkspaceHost } from "../kernel/engine.ts";
import { plainText } from "../kernel/plain-text.ts";
import { serverSet } from "../kernel/server-set.ts";
import * as z from "../kernel/zod.ts";
import { requireMemberRole } from "./guards.ts";
import { amongOperators } from "./operators.ts";
import { type CursorPage, idInCursor, type PageQuery, pageById } from "./paging.ts";
import { recordOf } from "./security-events.ts";
import { identityState } from "./state.ts";

const CURSOR_SORT = "id";

export const WORKSPACE_SLUG = /^[a-z][a-z0-9-]{0,39}$/;

/** What a request may say of a workspace. */
export const workspaceFields = {
  slug: z.string().regex(WORKSPACE_SLUG, "must match ^[a-z][a-z0-9-]{0,39}$"),
  name: plainText(1, 100),
};

/** What only the server says of it. */
export const SET_BY_SERVER = ["id", "state", "created_at", "archived_at", "deleted_at", "purge_at"] as const;

export const createWorkspaceSchema = z.strictObject({ ...serverSet(...SET_BY_SERVER), ...workspaceFields });

export const WORKSPACE_STATES = ["active", "archived", "deleted", "purging"] as const;

export interface Workspace {
  id: string;
  slug: string;
  name: string;
  /** `deleted`: it can be restored until `purge_at`. `purging`: its data are being deleted. */
  state: (typeof WORKSPACE_STATES)[number];
  created_at: string;
  archived_at: string | null;
  deleted_at: string | null;
  purge_at: string | null;
}

/** Those in which the caller may act. */
export async function listWorkspaces(
  { driver, principal }: Pick<RequestContext, "driver" | "principal">,
  { limit, cursor }: PageQuery,
): Promise<CursorPage<Workspace>> {
  const memberId = principal.operator?.owner ? undefined : principal.id!;
  const page = { memberId, limit: limit + 1, after: idInCursor(cursor, CURSOR_SORT) };
  return pageById(await listWorkspacePage(driver, page), limit, CURSOR_SORT, describeWorkspace);
}

/**
 * Requires that the caller has at least this role in a workspace, by its slug or id, in any state. Where there is none, the
 * service says so: a write that renamed it may be repeated.
 */
export async function requireRoleIn(
  { driver, principal }: Pick<RequestContext, "driver" | "principal">,
  workspace: string,
  least: MemberRole,
): Promise<void> {
  const row = await findWorkspace(driver, workspace);
  if (row) requireMemberRole(principal, row.id, least);
}

/** Creates a workspace with the built-in roles. */
export async function createWorkspace(
  ctx: RequestContext,
  input: z.infer<typeof createWorkspaceSchema>,
): Promise<Workspace> {
  const { driver, now } = ctx;
  const { slug, name } = input;
  const row: WorkspaceRow = {
    id: uuidv7(now),
    slug,
    name,
    revision: 1,
    createdAt: new Date(now),
    archivedAt: null,
    archivedBy: null,
    deletedAt: null,
    deletedBy: null,
    purgeAt: null,
  };
  const roles = SYSTEM_ROLES.map((name) => ({
    id: uuidv7(now),
    workspaceId: row.id,
    name,
    description: null,
    createdAt: row.createdAt,
  }));
  const queries = [
    mustNotBeHeld(driver, { slug, workspaceId: row.id }, { now, label: SLUG_HELD }),
    insertWorkspace(driver, row),
    insertRoles(driver, roles),
    ...createUsersCollection(driver, row.id, { now }),
    recordOf(amongOperators(ctx), { type: "workspace_create", target: `workspace:${row.id}`, detail: { slug, name } }),
  ];
  const data = describeWorkspace(row);
  const made = await commit(ctx, { queries, data })
    .catch(refuseOn("unique", () => workspaceTaken(slug)))
    .catch((error: unknown) => refuseHeldSlug(ctx, slug, error));
  forgetWorkspace(ctx.engine, row);
  return made;
}

/** The label of the guard against a slug that is held for another workspace. */
export const SLUG_HELD = "slug_held";

/** How long a slug that was given up is held. Longer than sessions, tokens and the links of mails last. */
const HOLD_SLUG_MS = 90 * 86_400_000;

/** For the batch in which a workspace gives up its slug, or is gone itself. */
export function holdSlug(
  driver: SqlDriver,
  { id, slug }: Pick<WorkspaceRow, "id" | "slug">,
  { now, isPurged = false }: { readonly now: number; readonly isPurged?: boolean },
): SqlQuery[] {
  const hold = isPurged ? holdSlugsOfPurged : holdSlugQueries;
  return hold(driver, { slug, workspaceId: id }, { now, until: now + HOLD_SLUG_MS });
}

/** Throws the error again, in words where it is of that guard. */
export async function refuseHeldSlug({ driver }: RequestContext, slug: string, error: unknown): Promise<never> {
  if (!(error instanceof DataError) || error.guard !== SLUG_HELD) throw error;
  const until = (await findSlugHeldUntil(driver, slug))?.toISOString();
  const message = `Another workspace had the slug ${slug}. It is held${until ? ` until ${until}` : ""}, as old links and tokens name it.`;
  throw new PlinthError("CONFLICT", message, { field: "slug" });
}

export function workspaceTaken(slug: string): PlinthError {
  return new PlinthError("CONFLICT", `The workspace ${slug} already exists.`, { field: "slug" });
}

/** After a change of its slug. */
export function forgetWorkspace(engine: Engine, { id, slug }: Pick<WorkspaceRow, "id" | "slug">): void {
  const { workspaces } = identityState(engine);
  workspaces.forget(slug);
  workspaces.forget(id);
}

/** The header that names a workspace. */
export const HEADER = "x-plinth-workspace";

/** How a request names its workspace: by host name, and by slug or id in its path and header. Null: it does not. */
export interface Named {
  readonly host: WorkspaceHost | null;
  readonly path: string | null;
  readonly header: string | null;
}

/** The workspace that a request names. Where it does so more than once, all must name the same one. */
export function namedWorkspace(engine: Engine, driver: SqlDriver, { host, path, header }: Named): Awaitable<string> {
  const byHost = host?.workspaceId;
  const byPath = path === null ? byHost : requireWorkspace(engine, driver, path, {});
  const byHeader = header === null ? byPath : requireWorkspace(engine, driver, header, { field: HEADER });
  return whenDone(byPath, (first) =>
    whenDone(byHeader, (last) => {
      if (first !== undefined && last !== first) {
        throw new PlinthError("WORKSPACE_MISMATCH", path === null ? otherHost(host!, HEADER) : undefined, {
          field: HEADER,
        });
      }
      if (byHost !== undefined && last !== byHost) {
        throw new PlinthError("WORKSPACE_MISMATCH", otherHost(host!, "the path"));
      }
      return last!;
    }),
  );
}

function otherHost({ name }: WorkspaceHost, than: string): string {
  return `The request's host name ${name} means another workspace than ${than}.`;
}

export function requireWorkspace(
  engine: Engine,
  driver: SqlDriver,
  name: string,
  details: { readonly field?: string },
): Awaitable<string> {
  return whenDone(workspaceIdOf(engine, driver, name), (id) => {
    if (id === null) throw new PlinthError("NOT_FOUND", "There is no such workspace.", details);
    return id;
  });
}

/** Null: no workspace has this slug or id. No slug looks like an id, which begins with a digit. */
function workspaceIdOf(engine: Engine, driver: SqlDriver, name: string): Awaitable<string | null> {
  if (!WORKSPACE_SLUG.test(name) && !isUuid(name)) return null;
  return identityState(engine).workspaces.get(name, driver.lifetime === "process", async () => {
    const id = await findWorkspaceId(driver, name);
    return id === undefined ? null : { value: id };
  });
}

export async function workspaceSlugOf(driver: SqlDriver, id: string): Promise<string> {
  return known(await findWorkspaceSlug(driver, id));
}

export async function workspaceNameOf(driver: SqlDriver, id: string): Promise<string> {
  return known(await findWorkspaceName(driver, id));
}

function known(text: string | undefined): string {
  if (text === undefined) throw noSuchWorkspace();
  return text;
}

export function describeWorkspace(row: WorkspaceRow): Workspace {
  const { id, slug, name, archivedAt, deletedAt, purgeAt } = row;
  const purging = purgeAt?.getTime() === 0;
  return {
    id,
    slug,
    name,
    state: purging ? "purging" : deletedAt ? "deleted" : archivedAt ? "archived" : "active",
    created_at: row.createdAt.toISOString(),
    archived_at: archivedAt?.toISOString() ?? null,
    deleted_at: deletedAt?.toISOString() ?? null,
    purge_at: purging ? null : (purgeAt?.toISOString() ?? null),
  };
}
