import { type Collection, fieldPolicyOf } from "@plinth/core";
import {
  findUserRights,
  listAccountRows,
  listSecurityEvents,
  listSessionRows,
  type UserRights,
  type UserRow,
} from "@plinth/db";
import { readPolicy } from "../../access/read-policy.ts";
import { commit } from "../../commit/commit.ts";
import { requireOwnRow } from "../../identity/own-account.ts";
import { recordOf } from "../../identity/security-events.ts";
import { describeSession } from "../../identity/sessions.ts";
import { agreementsOf } from "../../identity/terms.ts";
import { requireManageable } from "../../identity/user-admin.ts";
import { describeUser } from "../../identity/users.ts";
import { workspaceSlugOf } from "../../identity/workspaces.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import { exportItems } from "../../transfer/export.ts";
import { ownedCollections, type WholeWorkspace, workspacesOf } from "./workspaces.ts";

const EVENTS_AT_ONCE = 500;

type Pieces = AsyncGenerator<string, void, undefined>;

/**
 * All that the server knows about a user, as pieces of one JSON object: the account, how and where it signs in, what it
 * did to accounts, and the items that it owns, by workspace and collection. No secrets.
 */
export async function exportUser(ctx: RequestContext, id: string): Promise<Pieces> {
  const found = await requireManageable(ctx, id, "export");
  return pieces(ctx, found, workspacesOf(ctx.engine, ctx.driver, found.user, ctx));
}

/** The same for the caller, who gets what the rules let it read. */
export async function exportOwnData(ctx: RequestContext): Promise<Pieces> {
  const user = await requireOwnRow(ctx);
  const rights = await findUserRights(ctx.driver, user.workspaceId, user.id);
  return pieces(ctx, { user, rights }, [{ slug: await workspaceSlugOf(ctx.driver, user.workspaceId), ctx }]);
}

type VisibleWorkspace = Pick<WholeWorkspace, "slug" | "ctx">;

async function pieces(
  ctx: RequestContext,
  { user, rights }: { user: UserRow; rights: UserRights },
  workspaces: AsyncIterable<VisibleWorkspace> | Iterable<VisibleWorkspace>,
): Promise<Pieces> {
  const { driver } = ctx;
  const { id } = user;
  const sessions = await listSessionRows(driver, id, ctx.now);
  const accounts = await listAccountRows(driver, id);
  await commit(ctx, { queries: [recordOf(ctx, { type: "user_export", target: `user:${id}` })], data: undefined });
  const known = {
    user: { ...describeUser(user, rights.roles), updated_at: user.updatedAt.toISOString() },
    sign_in: accounts.map(({ providerId, accountId, scope, createdAt }) => ({
      provider: providerId,
      account_id: accountId,
      scope,
      created_at: createdAt.toISOString(),
    })),
    sessions: sessions.map((row) => describeSession(row)),
    agreements: await agreementsOf(driver, id),
  };
  return written(ctx, id, JSON.stringify(known).slice(0, -1), workspaces);
}

async function* written(
  ctx: RequestContext,
  id: string,
  begun: string,
  workspaces: AsyncIterable<VisibleWorkspace> | Iterable<VisibleWorkspace>,
): Pieces {
  yield `${begun},\n"security_log":[`;
  yield* eventsOf(ctx, id);
  yield `],\n"items":{`;
  let separator = "";
  for await (const { slug, ctx: there } of workspaces) {
    yield `${separator}\n${JSON.stringify(slug)}:{`;
    yield* itemsOf(there, id);
    yield "}";
    separator = ",";
  }
  yield "}}\n";
}

async function* itemsOf(ctx: RequestContext, id: string): Pieces {
  let separator = "\n";
  for (const collection of ownedCollections(ctx)) {
    if (!showsOwner(ctx, collection)) continue;
    const { slug } = collection;
    yield `${separator}${JSON.stringify(slug)}:`;
    yield* await exportItems(ctx, slug, { format: "json", input: { filter: { owner_id: { _eq: id } } } });
    separator = ",\n";
  }
}

/** Whether the caller may find its items there. */
function showsOwner({ catalog, principal }: RequestContext, collection: Collection): boolean {
  const policy = readPolicy(catalog, principal, collection);
  return policy !== null && fieldPolicyOf(policy, "owner_id") !== undefined;
}

async function* eventsOf({ driver, principal }: RequestContext, id: string): Pieces {
  let separator = "\n";
  for (let before: string | undefined; ; ) {
    const filter = { actor: `user:${id}` };
    const rows = await listSecurityEvents(driver, principal.workspaceId, filter, { limit: EVENTS_AT_ONCE, before });
    for (const { createdAt, type, outcome, target, address } of rows) {
      yield separator + JSON.stringify({ at: createdAt.toISOString(), type, outcome, target, address });
      separator = ",\n";
    }
    before = rows.at(-1)?.id;
    if (rows.length < EVENTS_AT_ONCE) return;
  }
}
