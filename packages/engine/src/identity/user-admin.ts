import {
  DataError,
  isPlaceholderAddress,
  OPERATORS_POOL_ID,
  PlinthError,
  ROLE_ADMIN,
  type SqlQuery,
  uuidv7,
} from "@plinth/core";
import {
  findUser,
  findUserRights,
  followAccount,
  insertPassword,
  insertUser,
  leavesAnOperator,
  mustLackRole,
  replaceAssignedRoles,
  setBlockedQueries,
  signOutQueries,
  type UserRights,
  type UserRow,
} from "@plinth/db";
import { refuseOn, type Write } from "../commit/commit.ts";
import { commitMetadataChange } from "../commit/metadata-change.ts";
import { originOf } from "../commit/mutate.ts";
import type { Requirement } from "../commit/requirement.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { plainText } from "../kernel/plain-text.ts";
import { serverSet } from "../kernel/server-set.ts";
import * as z from "../kernel/zod.ts";
import { authOf } from "./auth.ts";
import { recordOf } from "./security-events.ts";
import { pageLink } from "./settings/page-link.ts";
import { forgetSessions } from "./state.ts";
import { assignable, describeUser, endOfInvitations, noSuchUser, requireRightToAssign, type User } from "./users.ts";

/** The address by which requests name an account, never the placeholder of a user without an address. */
export const emailAddress = z
  .email("must be an email address")
  .max(254)
  .refine((address) => !isPlaceholderAddress(address), "must be an address to which mail can be sent");

export const newPassword = z
  .string()
  .min(8, "must have at least 8 characters")
  .max(128, "must have at most 128 characters");

/** Apps use it in `src` and `href`, where other schemes could run code. */
export const imageUrl = pageLink;

const someRoles = z.array(z.string().max(40)).max(100).optional();

export const createUserSchema = z.strictObject({
  ...serverSet("id", "phone", "created_at", "blocked_at", "is_anonymous"),
  email: emailAddress,
  name: plainText(1, 200),
  image: imageUrl.nullish(),
  password: newPassword.optional().describe("Left out: nobody can sign in with a password yet"),
  email_verified: z.boolean().optional().describe("Whether you know that the address is the user's"),
  roles: someRoles,
});

/** Makes an account whatever `SIGN_UP` says. Nobody is signed in. `also` is stored with it or not at all. */
export async function createUser(
  ctx: RequestContext,
  input: z.infer<typeof createUserSchema>,
  also: (id: string) => SqlQuery[] = () => [],
): Promise<User> {
  const { driver, now, engine } = ctx;
  const { workspaceId } = ctx.principal;
  const roles = assignable(ctx, input.roles ?? []);
  requireRightToAssign(ctx, [], roles);
  const at = new Date(now);
  const row: UserRow = {
    id: uuidv7(now),
    workspaceId,
    email: input.email.toLowerCase(),
    name: input.name,
    emailVerified: input.email_verified ?? false,
    image: input.image ?? null,
    createdAt: at,
    updatedAt: at,
    twoFactorEnabled: false,
    blockedAt: null,
    removal: null,
    phone: null,
    isAnonymous: false,
  };
  const hash =
    input.password === undefined
      ? undefined
      : await authOf(engine, driver, workspaceId).hashPassword(input.password, input.email);
  const queries = [
    insertUser(driver, row),
    ...(hash === undefined ? [] : [insertPassword(driver, { id: uuidv7(now), workspaceId, userId: row.id, hash, at })]),
    ...(await followAccount(driver, row, originOf(ctx), now)),
    ...replaceAssignedRoles(driver, workspaceId, row.id, roles),
    recordOf(ctx, { type: "user_create", target: `user:${row.id}`, detail: { roles } }),
    ...also(row.id),
  ];
  const taken = () =>
    new PlinthError("UNIQUE_VIOLATION", "An account with this email already exists.", { field: "email" });
  return commitMetadataChange(ctx, { queries, roles, data: describeUser(row, roles), secret: true }).catch(
    refuseOn("unique", taken),
  );
}

/** Nobody can sign in as this user from now on, and its sessions end: here at once, elsewhere within two seconds. */
export async function blockUser(ctx: RequestContext, id: string): Promise<User> {
  const { user, rights, requires } = await requireManageable(ctx, id, "block");
  const blockedAt = user.blockedAt ?? new Date(ctx.now);
  const queries = [
    ...unlessLastOperator(ctx, setBlockedQueries(ctx.driver, user.workspaceId, id, blockedAt)),
    ...signOutQueries(ctx.driver, id),
    ...endOfInvitations(ctx, id),
    recordOf(ctx, { type: "user_block", target: `user:${id}` }),
  ];
  const data = describeUser({ ...user, blockedAt }, rights.roles);
  return changeUser(ctx, { queries, requires, data });
}

export async function unblockUser(ctx: RequestContext, id: string): Promise<User> {
  const { user, rights, requires } = await requireManageable(ctx, id, "unblock");
  if (user.removal) throw new PlinthError("CONFLICT", "This user is being deleted.");
  const queries = [
    ...setBlockedQueries(ctx.driver, user.workspaceId, id, null),
    recordOf(ctx, { type: "user_unblock", target: `user:${id}` }),
  ];
  return changeUser(ctx, { queries, requires, data: describeUser({ ...user, blockedAt: null }, rights.roles) });
}

/** Ends all sessions of a user. */
export async function signOutUser(ctx: RequestContext, id: string): Promise<User> {
  const { user, rights, requires } = await requireManageable(ctx, id, "sign out");
  const queries = [...signOutQueries(ctx.driver, id), recordOf(ctx, { type: "user_sign_out", target: `user:${id}` })];
  return changeUser(ctx, { queries, requires, data: describeUser(user, rights.roles) });
}

/** What it changes holds at once: the state of sessions is read anew. */
export async function changeUser(ctx: RequestContext, write: Write<User>): Promise<User> {
  return commitMetadataChange(ctx, { ...write, secret: true, forget: forgetSessions }).catch((error: unknown) => {
    if (!(error instanceof DataError) || error.kind !== "guard") throw error;
    throw error.guard === LAST_OPERATOR ? isLastOperator() : noSuchUser();
  });
}

const LAST_OPERATOR = "last_operator";

type UserAct = "change" | "block" | "unblock" | "sign out" | "reset the second factor of" | "export" | "delete";

const NOT_TO_ONESELF: ReadonlySet<UserAct> = new Set(["block", "reset the second factor of", "delete"] as const);

interface ManageableUser {
  readonly user: UserRow;
  readonly rights: UserRights;
  /** For each write to the user. */
  readonly requires: readonly Requirement[];
}

/**
 * A user whom the caller may block, sign out, export or delete: administrators never by a key, which could not give them
 * back what it takes.
 */
export async function requireManageable(ctx: RequestContext, id: string, what: UserAct): Promise<ManageableUser> {
  const { driver, principal } = ctx;
  const user = await findUser(driver, principal.workspaceId, id);
  if (!user) throw noSuchUser();
  const rights = await findUserRights(driver, principal.workspaceId, id);
  if (principal.id === id && NOT_TO_ONESELF.has(what)) {
    throw new PlinthError("CONFLICT", `You cannot ${what} yourself.`, { field: "id" });
  }
  if (principal.kind !== "key") return { user, rights, requires: [] };
  const refusal = () =>
    new PlinthError("FORBIDDEN", `A secret key cannot ${what} a user who has the role admin.`, { field: "id" });
  if (rights.roles.includes(ROLE_ADMIN)) throw refusal();
  const { workspaceId } = principal;
  const guard = (label: string) => [mustLackRole(driver, { workspaceId, userId: id, role: ROLE_ADMIN }, label)];
  return { user, rights, requires: [{ guard, refusal }] };
}

/** The state is checked at run time: another request may take another operator in the meantime. */
export function unlessLastOperator({ driver, principal }: RequestContext, queries: SqlQuery[]): SqlQuery[] {
  return principal.workspaceId === OPERATORS_POOL_ID ? leavesAnOperator(driver, queries, LAST_OPERATOR) : queries;
}

export function isLastOperator(): PlinthError {
  return new PlinthError("CONFLICT", "This is the last operator who can sign in.", { field: "id" });
}
