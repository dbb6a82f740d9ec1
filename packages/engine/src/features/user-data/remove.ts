import { type Field, invalid, isReference, PlinthError, type SqlDriver, type SqlQuery } from "@plinth/core";
import {
  beginRemovalQueries,
  deleteProfile,
  deleteUserQueries,
  findUser,
  findUserRights,
  insertSecurityEvent,
  listAccountRows,
  listSessionRows,
  type OwnedItems,
  signOutQueries,
  type UserRights,
  type UserRow,
} from "@plinth/db";
import { refuseOn } from "../../commit/commit.ts";
import { commitMetadataChange } from "../../commit/metadata-change.ts";
import { actorOf } from "../../commit/mutate.ts";
import type { Requirement } from "../../commit/requirement.ts";
import { requireOwnRow } from "../../identity/own-account.ts";
import { recordOf } from "../../identity/security-events.ts";
import { authSettingsOf } from "../../identity/settings/auth-settings.ts";
import { ENDED_EVERYWHERE_MS, forgetSessions } from "../../identity/state.ts";
import { isLastOperator, requireManageable, unlessLastOperator } from "../../identity/user-admin.ts";
import { endOfInvitations } from "../../identity/users.ts";
import { usersIn } from "../../kernel/catalog.ts";
import type { Engine, RequestContext } from "../../kernel/engine.ts";
import * as z from "../../kernel/zod.ts";
import { listItems } from "../../read/read.ts";
import { type Allowance, type Settled, settleItems } from "./owned-items.ts";
import { leaveOwnedOrganizations, refuseOwnerless } from "./owned-organizations.ts";
import { ownedCollections, workspacesOf } from "./workspaces.ts";

/** What one request may do; the schedule does the rest. */
const REQUEST_SLICES = 100;
const REQUEST_MS = 10_000;

export interface UserRemoval {
  id: string;
  /** False: there are so many items that the server goes on by itself. */
  complete: boolean;
  /** What this request did with the items that the user owned. */
  items: Settled;
  /** What ended or ends with the user. */
  sessions: number;
  accounts: number;
  roles: string[];
}

/**
 * Deletes a user. First nobody can sign in as it any more; then its items are settled in pieces; then it is deleted. A
 * process that dies in between leaves a blocked user, whose deletion goes on by itself or with the next request.
 */
export async function deleteUser(ctx: RequestContext, id: string, items: OwnedItems): Promise<UserRemoval> {
  return remove(ctx, await requireManageable(ctx, id, "delete"), items);
}

export const deleteOwnAccountSchema = z.strictObject({
  email: z
    .string()
    .max(254)
    .nullable()
    .describe("The address of your account, or null if it has none, so that nothing is deleted by mistake"),
});

/** Deletes the caller, where the workspace lets users do that. What happens to their items is its decision. */
export async function deleteOwnAccount(
  ctx: RequestContext,
  { email }: z.infer<typeof deleteOwnAccountSchema>,
): Promise<UserRemoval> {
  const { engine, driver, principal } = ctx;
  const { deletion } = (await authSettingsOf(engine, driver, principal.workspaceId)).own_account;
  if (deletion === "off")
    throw new PlinthError("FORBIDDEN", "Users do not delete their accounts here: ask an administrator.");
  const user = await requireOwnRow(ctx);
  if ((email?.trim().toLowerCase() ?? null) !== user.email) {
    throw invalid(
      "email",
      user.email === null ? "must be null: your account has none" : "must be the address of your account",
    );
  }
  return remove(ctx, { user, rights: await findUserRights(driver, user.workspaceId, user.id) }, deletion);
}

async function remove(
  ctx: RequestContext,
  { user, rights, requires = [] }: StoredUser,
  items: OwnedItems,
): Promise<UserRemoval> {
  const { engine, driver } = ctx;
  const { id } = user;
  await requireUnprotected(ctx, user, items);
  const sessions = (await listSessionRows(driver, id, ctx.now)).length;
  const accounts = (await listAccountRows(driver, id)).length;
  const blockedAt = user.blockedAt ?? new Date(ctx.now);
  await begin(ctx, { user, requires }, items, blockedAt);

  const done: Settled = { released: 0, deleted: 0 };
  const left: Allowance = { slices: REQUEST_SLICES, until: engine.clock.now() + REQUEST_MS };
  const work = { user, items, done, left, caller: ctx };
  let complete = await settle(engine, driver, work);
  if (complete) {
    // Another server may still accept a session for a moment, and what it then writes would keep its owner.
    const wait = blockedAt.getTime() + ENDED_EVERYWHERE_MS - engine.clock.now();
    if (wait > 0) {
      await new Promise((resolve) => setTimeout(resolve, Math.min(wait, ENDED_EVERYWHERE_MS)));
      complete = await settle(engine, driver, work);
    }
  }
  if (complete) await finish(engine, driver, work);
  return { id, complete, items: done, sessions, accounts, roles: rights.roles };
}

/** Refuses while items refer to the user by relations that protect it, other than items that are deleted along. */
async function requireUnprotected(ctx: RequestContext, user: UserRow, items: OwnedItems): Promise<void> {
  const { id } = user;
  if (isElsewhere(ctx, user)) return;
  // A caller who may not see these items must not learn whether there are any.
  const whole = { ...ctx, principal: { ...ctx.principal, bypass: true } };
  for (const { slug, fields } of ctx.catalog.collections.values()) {
    for (const field of fields) {
      if (!isProtecting(ctx, field)) continue;
      const theirs = items === "delete" ? [{ _not: { owner_id: { _eq: id } } }] : [];
      const filter = { _and: [{ [field.name]: { _eq: id } }, ...theirs] };
      const page = await listItems(whole, slug, { filter, fields: [{ path: "id" }], limit: 1 });
      if ((page.data as unknown[]).length > 0) throw stillReferred(`${slug}.${field.name}`);
    }
  }
}

function isProtecting({ catalog }: RequestContext, field: Field): boolean {
  return isReference(field) && field.to === usersIn(catalog)?.slug && (field.on_delete ?? "restrict") === "restrict";
}

function stillReferred(by = "A relation with on_delete restrict"): PlinthError {
  const message = `${by} refers to this user. Change those items first, or make a relation that allows it (on_delete set_null or cascade).`;
  return new PlinthError("REFERENCE_IN_USE", message, { field: "id" });
}

async function begin(
  ctx: RequestContext,
  { user, requires = [] }: Pick<StoredUser, "user" | "requires">,
  items: OwnedItems,
  blockedAt: Date,
): Promise<void> {
  const { driver } = ctx;
  const queries = [
    ...unlessLastOperator(ctx, beginRemovalQueries(driver, user, items, blockedAt)),
    ...(isElsewhere(ctx, user) ? [] : await leaveOwnedOrganizations(ctx, user.id)),
    ...signOutQueries(driver, user.id),
    ...endOfInvitations(ctx, user.id),
    recordOf(ctx, { type: "user_delete", target: `user:${user.id}`, detail: { items, complete: false } }),
  ];
  await commitMetadataChange(ctx, { queries, requires, data: undefined, forget: forgetSessions })
    .catch(refuseOwnerless(ctx, user.id))
    .catch(refuseOn("guard", isLastOperator));
}

/** The account is an operator's, and what the request reads is a workspace. */
function isElsewhere({ catalog }: RequestContext, { workspaceId }: UserRow): boolean {
  return catalog.workspaceId !== workspaceId;
}

interface StoredUser {
  readonly user: UserRow;
  readonly rights: UserRights;
  readonly requires?: readonly Requirement[];
}

interface RemovalWork {
  readonly user: UserRow;
  readonly items: OwnedItems;
  readonly done: Settled;
  readonly left: Allowance;
  /** Absent: the server goes on by itself. */
  readonly caller?: RequestContext | undefined;
}

/** Whether no item names the user as its owner any more. */
export async function settle(engine: Engine, driver: SqlDriver, work: RemovalWork): Promise<boolean> {
  const { user, items, done, left, caller } = work;
  for await (const { ctx } of workspacesOf(engine, driver, user, caller)) {
    for (const { slug, system } of ownedCollections(ctx)) {
      // The user's own item goes with the account. Of what else Plinth keeps, only files have an owner.
      if (system && system !== "files") continue;
      if (!(await settleItems(ctx, slug, { userId: user.id, items, done, left }))) return false;
    }
  }
  return true;
}

function forgetMessages(engine: Engine, driver: SqlDriver, { workspaceId, email, phone }: UserRow): SqlQuery[] {
  const recipients = [email, phone].filter((one) => one !== null);
  return engine.outbox ? [engine.outbox.forget(engine, driver, workspaceId, recipients)] : [];
}

/** Does nothing where another process has finished. */
export async function finish(
  engine: Engine,
  driver: SqlDriver,
  { user, items, done, caller }: RemovalWork,
): Promise<void> {
  const { workspaceId, id } = user;
  if (!(await findUser(driver, workspaceId, id))) return;
  const origin = { actor: (caller && actorOf(caller.principal)) ?? null, requestId: caller?.requestId ?? null };
  const queries = [
    ...(await deleteProfile(driver, user, origin)),
    ...deleteUserQueries(driver, user),
    ...forgetMessages(engine, driver, user),
    insertSecurityEvent(driver, {
      workspaceId,
      at: engine.clock.now(),
      type: "user_delete",
      actor: caller && actorOf(caller.principal),
      target: `user:${id}`,
      address: caller?.client?.clientAddress,
      detail: { items, complete: true, ...done },
    }),
  ];
  await driver.batch(queries).catch(refuseOn("foreign_key", stillReferred));
  forgetSessions(engine);
  void engine.announcer?.announce(workspaceId);
}
