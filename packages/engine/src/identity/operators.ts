import { OPERATORS_POOL_ID, type SqlDriver } from "@plinth/core";
import {
  findOperatorRights,
  insertOperator,
  leavesAnOperator,
  OPERATOR_ROLES,
  setOperatorRole,
  signOutQueries,
} from "@plinth/db";
import { refuseOn } from "../commit/commit.ts";
import { commitMetadataChange } from "../commit/metadata-change.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { serverSet } from "../kernel/server-set.ts";
import * as z from "../kernel/zod.ts";
import type { CursorPage, PageQuery } from "./paging.ts";
import { recordOf } from "./security-events.ts";
import { forgetSessions } from "./state.ts";
import { createUser, createUserSchema, isLastOperator, requireManageable } from "./user-admin.ts";
import { describeUser, endOfInvitations, listUsers, type User } from "./users.ts";
import { requireVerifiedAddress } from "./verified-address.ts";

/** The same request among the operators' accounts, which the services of users then read and change. Only for operators. */
export function amongOperators(ctx: RequestContext): RequestContext {
  return { ...ctx, principal: { ...ctx.principal, workspaceId: OPERATORS_POOL_ID } };
}

const role = z
  .enum(OPERATOR_ROLES)
  .describe("An owner runs the server and may act in every workspace; a member may act where it is one");

export const createOperatorSchema = createUserSchema.omit({ roles: true }).extend({ role: role.optional() });

export const changeOperatorSchema = z.strictObject({
  ...serverSet("id", "email", "name", "image", "created_at", "email_verified", "blocked_at"),
  role,
});

export type Operator = Omit<User, "roles"> & { role: (typeof OPERATOR_ROLES)[number] };

/** Makes an account of a further operator, an owner unless it says otherwise. Nobody is signed in. */
export async function createOperator(
  ctx: RequestContext,
  { role = "owner", ...input }: z.infer<typeof createOperatorSchema>,
): Promise<Operator> {
  const within = amongOperators(ctx);
  const user = await createUser(within, input, (id) => [
    insertOperator(ctx.driver, id, ctx.now, role),
    recordOf(within, { type: "operator_add", target: `user:${id}`, detail: { role } }),
  ]);
  return describe(user, role);
}

export async function listOperators(ctx: RequestContext, page: PageQuery): Promise<CursorPage<Operator>> {
  const found = await listUsers(amongOperators(ctx), page);
  return { ...found, data: await withRoles(ctx.driver, found.data) };
}

/** An operator after one of the changes that users have too. */
export async function changeAmongOperators(
  ctx: RequestContext,
  id: string,
  change: (ctx: RequestContext, id: string) => Promise<User>,
): Promise<Operator> {
  const [operator] = await withRoles(ctx.driver, [await change(amongOperators(ctx), id)]);
  return operator!;
}

const UNPROVEN =
  "The owner of this account must confirm its email address first. On a server that sends no mail, delete the account and create it again.";

/** The last owner who can sign in stays one. */
export async function changeOperator(
  ctx: RequestContext,
  id: string,
  { role }: z.infer<typeof changeOperatorSchema>,
): Promise<Operator> {
  const within = amongOperators(ctx);
  const { user, requires } = await requireManageable(within, id, "change");
  const becomesOwner = role === "owner" && !(await findOperatorRights(ctx.driver, [id])).get(id)?.owner;
  const proven = becomesOwner ? [requireVerifiedAddress(ctx.driver, user, UNPROVEN)] : [];
  const queries = [
    ...leavesAnOperator(ctx.driver, [setOperatorRole(ctx.driver, id, role)], "last_operator"),
    // Its streams in all workspaces end with its sessions, and so does acting as their users.
    ...(role === "owner" ? [] : [...signOutQueries(ctx.driver, id), ...endOfInvitations(within, id)]),
    recordOf(within, { type: "operator_change", target: `user:${id}`, detail: { role } }),
  ];
  const data = describe(describeUser(user, []), role);
  return commitMetadataChange(within, {
    queries,
    requires: [...requires, ...proven],
    data,
    secret: true,
    forget: forgetSessions,
  }).catch(refuseOn("guard", isLastOperator));
}

async function withRoles(driver: SqlDriver, users: readonly User[]): Promise<Operator[]> {
  const ids = users.map(({ id }) => id);
  const rights = await findOperatorRights(driver, ids);
  return users.map((user) => describe(user, rights.get(user.id)?.owner ? "owner" : "member"));
}

function describe({ roles: _, ...operator }: User, role: Operator["role"]): Operator {
  return { ...operator, role };
}
