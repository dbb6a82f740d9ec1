import { listAccountRows, listSecurityEvents, listSessionRows, type UserRow } from "@plinth/db";
import { commit } from "../../commit/commit.ts";
import { recordOf } from "../../identity/security-events.ts";
import { describeSession } from "../../identity/sessions.ts";
import { requireManageable } from "../../identity/user-admin.ts";
import { describeUser } from "../../identity/users.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import { exportItems } from "../../transfer/export.ts";
import { ownedCollections, workspacesOf } from "./workspaces.ts";

const EVENTS_AT_ONCE = 500;

/**
 * All that the server knows about a user, as pieces of one JSON object: the account, how and where it signs in, what it
 * did to accounts, and the items that it owns, by workspace and collection. No secrets.
 */
export async function exportUser(ctx: RequestContext, id: string): Promise<AsyncGenerator<string, void, undefined>> {
  const { driver } = ctx;
  const { user, rights } = await requireManageable(ctx, id, "export");
  const sessions = await listSessionRows(driver, id, ctx.now);
  const accounts = await listAccountRows(driver, id);
  await commit(ctx, { queries: [recordOf(ctx, { type: "user_export", target: `user:${id}` })], data: undefined });
  const known = {
    user: { ...describeUser(user, rights.roles), image: user.image, updated_at: user.updatedAt.toISOString() },
    sign_in: accounts.map(({ providerId, accountId, scope, createdAt }) => ({
      provider: providerId,
      account_id: accountId,
      scope,
      created_at: createdAt.toISOString(),
    })),
    sessions: sessions.map((row) => describeSession(row)),
  };
  return piecesOf(ctx, user, JSON.stringify(known).slice(0, -1));
}

async function* piecesOf(ctx: RequestContext, user: UserRow, begun: string): AsyncGenerator<string, void, undefined> {
  yield `${begun},\n"security_log":[`;
  yield* eventsOf(ctx, user.id);
  yield `],\n"items":{`;
  let first = true;
  for await (const { slug: workspace, ctx: there } of workspacesOf(ctx.engine, ctx.driver, user, ctx)) {
    yield `${first ? "" : ","}\n${JSON.stringify(workspace)}:{`;
    yield* itemsOf(there, user.id);
    yield "}";
    first = false;
  }
  yield "}}\n";
}

async function* itemsOf(ctx: RequestContext, id: string): AsyncGenerator<string, void, undefined> {
  let separator = "\n";
  for (const { slug } of ownedCollections(ctx)) {
    yield `${separator}${JSON.stringify(slug)}:`;
    yield* await exportItems(ctx, slug, { format: "json", input: { filter: { owner_id: { _eq: id } } } });
    separator = ",\n";
  }
}

async function* eventsOf({ driver, principal }: RequestContext, id: string): AsyncGenerator<string, void, undefined> {
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
