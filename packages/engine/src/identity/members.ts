import { DataError, MEMBER_ROLES, type MemberRole, memberRights, PlinthError } from "@plinth/core";
import {
  changeMemberQueries,
  endImpersonations,
  findMember,
  listMemberRows,
  type MemberRow,
  revokeInvitationsInto,
} from "@plinth/db";
import type { Write } from "../commit/commit.ts";
import { commitMetadataChange } from "../commit/metadata-change.ts";
import type { Engine, RequestContext } from "../kernel/engine.ts";
import { serverSet } from "../kernel/server-set.ts";
import * as z from "../kernel/zod.ts";
import { requireMemberRole } from "./guards.ts";
import { type CursorPage, idInCursor, type PageQuery, pageById } from "./paging.ts";
import { recordOf } from "./security-events.ts";
import { type KeyRevocation, keysSeenBy, type SeenKeys } from "./seen-keys.ts";
import { forgetKeys, forgetSessions } from "./state.ts";
import { endOfInvitationsFor } from "./users.ts";
import { requireVerifiedAddress } from "./verified-address.ts";

const CURSOR_SORT = "id";
const CHANGED = "member";
const LAST = "last_owner";

export const changeWorkspaceMemberSchema = z.strictObject({
  ...serverSet("id", "email", "name", "created_at"),
  role: z.enum(MEMBER_ROLES),
});

/** An operator who may act in the workspace of the request. */
export interface WorkspaceMember {
  /** The operator's. */
  id: string;
  email: string | null;
  name: string;
  role: MemberRole;
  created_at: string;
}

/** Without those who own the server: they may act in each workspace. */
export async function listWorkspaceMembers(
  ctx: RequestContext,
  { limit, cursor }: PageQuery,
): Promise<CursorPage<WorkspaceMember>> {
  const { workspaceId } = ctx.principal;
  const page = { limit: limit + 1, after: idInCursor(cursor, CURSOR_SORT) };
  const rows = await listMemberRows(ctx.driver, workspaceId, page);
  return pageById(
    rows.map((row) => ({ ...row, id: row.userId })),
    limit,
    CURSOR_SORT,
    describe,
  );
}

const UNPROVEN = "This member has not confirmed the email address of the account: that comes first.";

function mayMakeKeys(role: MemberRole): boolean {
  return memberRights(role).bypass;
}

/** The answer names the keys of a member who may no longer create keys. Only owners can make others owners, and change owners' roles. The last owner stays one. */
export async function changeWorkspaceMember(
  ctx: RequestContext,
  id: string,
  { role }: z.infer<typeof changeWorkspaceMemberSchema>,
  revocation: KeyRevocation = {},
): Promise<WorkspaceMember & Partial<SeenKeys>> {
  const { principal } = ctx;
  const before = await requireMember(ctx, id);
  if (before.role === "owner" || role === "owner") requireMemberRole(principal, principal.workspaceId, "owner");
  if (role === before.role) return describe(before);
  // An administrator can have made the account, with anybody's address.
  const requires =
    role === "owner" ? [requireVerifiedAddress(ctx.driver, { ...before, id: before.userId }, UNPROVEN)] : [];
  const isDemoted = mayMakeKeys(before.role) && !mayMakeKeys(role);
  const left = isDemoted ? await keysSeenBy(ctx, id, revocation) : undefined;
  return change(
    ctx,
    before,
    role,
    { ...describe({ ...before, role }), ...left?.seen },
    { queries: left?.queries, requires },
  );
}

export type RemovedMember = { id: string } & SeenKeys;

/**
 * The operator keeps its account, and has no rights in this workspace from now on. Everybody may leave.
 */
export async function removeWorkspaceMember(
  ctx: RequestContext,
  id: string,
  revocation: KeyRevocation = {},
): Promise<RemovedMember> {
  const { principal } = ctx;
  const before = await requireMember(ctx, id);
  if (principal.id !== id) {
    requireMemberRole(principal, principal.workspaceId, before.role === "owner" ? "owner" : "admin");
  }
  const { seen, queries } = await keysSeenBy(ctx, id, revocation);
  return change(ctx, before, null, { id, ...seen }, { queries });
}

async function change<T>(
  ctx: RequestContext,
  before: MemberRow,
  role: MemberRole | null,
  data: T,
  { queries: also = [], requires = [] }: Partial<Pick<Write<T>, "queries" | "requires">>,
): Promise<T> {
  const { driver, now, principal } = ctx;
  const { workspaceId } = principal;
  const { userId } = before;
  const queries = [
    ...changeMemberQueries(
      driver,
      { workspaceId, userId, before: before.role, role },
      { changed: CHANGED, last: LAST },
    ),
    // Invitations to a role that the member may not give any more, and acting as users.
    ...(role === "owner" ? [] : [revokeInvitationsInto(driver, workspaceId, `user:${userId}`, new Date(now))]),
    ...(role === "owner" ? [] : [endImpersonations(driver, workspaceId, userId)]),
    // An older invitation must not restore a role that was removed.
    ...(role === "owner" ? [] : endOfInvitationsFor(driver, workspaceId, before, new Date(now))),
    ...also,
    recordOf(ctx, {
      type: role === null ? "member_remove" : "member_change",
      target: `user:${userId}`,
      detail: { before: before.role, ...(role && { role }) },
    }),
  ];
  const forget = (engine: Engine) => {
    forgetSessions(engine);
    if (also.length > 0) forgetKeys(engine);
  };
  return commitMetadataChange(ctx, { queries, requires, data, forget }).catch((error: unknown) => {
    if (!(error instanceof DataError) || error.kind !== "guard") throw error;
    const message =
      error.guard === CHANGED
        ? "This member was changed by someone else; read it again."
        : "This is the last owner of the workspace.";
    throw new PlinthError("CONFLICT", message, { field: "id" });
  });
}

async function requireMember(ctx: RequestContext, id: string): Promise<MemberRow> {
  const member = await findMember(ctx.driver, ctx.principal.workspaceId, id);
  if (!member) throw new PlinthError("NOT_FOUND", "There is no such member.");
  return member;
}

function describe({ userId, email, name, role, createdAt }: MemberRow): WorkspaceMember {
  return { id: userId, email, name, role, created_at: createdAt.toISOString() };
}
