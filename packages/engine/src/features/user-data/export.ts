import { type Collection, fieldPolicyOf } from "@plinth/core";
import { findUserRights, listSecurityEvents } from "@plinth/db";
import { readPolicy } from "../../access/read-policy.ts";
import { commit } from "../../commit/commit.ts";
import { requireOwnRow } from "../../identity/own-account.ts";
import { recordOf } from "../../identity/security-events.ts";
import { requireManageable } from "../../identity/user-admin.ts";
import { workspaceSlugOf } from "../../identity/workspaces.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import { exportItems } from "../../transfer/export.ts";
import { describeAccount, type ExportedUser, provenAddress } from "./account.ts";
import { ownedCollections, type WholeWorkspace, workspacesOf } from "./workspaces.ts";

const ROWS_AT_ONCE = 500;

type Pieces = AsyncGenerator<string, void, undefined>;

/**
 * All that the server knows about a user, as pieces of one JSON object: the account, how and where it signs in, what
 * happened to it, and the items that it owns, by workspace and collection. No secrets.
 */
export async function exportUser(ctx: RequestContext, id: string): Promise<Pieces> {
  const found = await requireManageable(ctx, id, "export");
  const parts = { ...found, isOwn: false };
  return pieces(ctx, parts, workspacesOf(ctx.engine, ctx.driver, found.user, ctx));
}

/** The same for the caller, who gets what the rules let it read. */
export async function exportOwnData(ctx: RequestContext): Promise<Pieces> {
  const user = await requireOwnRow(ctx);
  const rights = await findUserRights(ctx.driver, user.workspaceId, user.id);
  const own = { slug: await workspaceSlugOf(ctx.driver, user.workspaceId), ctx };
  return pieces(ctx, { user, rights, isOwn: true }, [own]);
}

type VisibleWorkspace = Pick<WholeWorkspace, "slug" | "ctx">;

async function pieces(
  ctx: RequestContext,
  exported: ExportedUser,
  workspaces: AsyncIterable<VisibleWorkspace> | Iterable<VisibleWorkspace>,
): Promise<Pieces> {
  const { id } = exported.user;
  const known = await describeAccount(ctx, exported);
  await commit(ctx, { queries: [recordOf(ctx, { type: "user_export", target: `user:${id}` })], data: undefined });
  return written(ctx, exported, JSON.stringify(known).slice(0, -1), workspaces);
}

async function* written(
  ctx: RequestContext,
  exported: ExportedUser,
  begun: string,
  workspaces: AsyncIterable<VisibleWorkspace> | Iterable<VisibleWorkspace>,
): Pieces {
  yield `${begun},\n"messages":[`;
  yield* messagesTo(ctx, exported);
  yield `],\n"security_log":[`;
  yield* eventsOf(ctx, exported);
  yield `],\n"items":{`;
  let separator = "";
  for await (const { slug, ctx: there } of workspaces) {
    yield `${separator}\n${JSON.stringify(slug)}:{`;
    yield* itemsOf(there, exported.user.id);
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

/** Of others who did something to the account, the user learns what they did, and not who and where they are. */
async function* eventsOf({ driver }: RequestContext, { user, isOwn }: ExportedUser): Pieces {
  let separator = "\n";
  for (let before: string | undefined; ; ) {
    const page = { limit: ROWS_AT_ONCE, before };
    const rows = await listSecurityEvents(driver, user.workspaceId, { about: user.id }, page);
    for (const { createdAt, type, outcome, actor, target, address } of rows) {
      const isOthers = isOwn && actor !== null && actor !== `user:${user.id}`;
      const who = isOthers ? { actor: "other", address: null } : { actor, address };
      yield separator + JSON.stringify({ at: createdAt.toISOString(), type, outcome, target, ...who });
      separator = ",\n";
    }
    before = rows.at(-1)?.id;
    if (rows.length < ROWS_AT_ONCE) return;
  }
}

async function* messagesTo({ engine, driver }: RequestContext, exported: ExportedUser): Pieces {
  const { workspaceId, phone } = exported.user;
  const recipients = [provenAddress(exported), phone].filter((one) => one !== null);
  let separator = "\n";
  for (const recipient of recipients) {
    for (let before: string | undefined; ; ) {
      const rows = (await engine.outbox?.listTo(driver, workspaceId, recipient, { limit: ROWS_AT_ONCE, before })) ?? [];
      for (const { channel, template, state, createdAt } of rows) {
        const at = new Date(createdAt).toISOString();
        yield separator + JSON.stringify({ channel, template, to: recipient, state, created_at: at });
        separator = ",\n";
      }
      before = rows.at(-1)?.id;
      if (rows.length < ROWS_AT_ONCE) break;
    }
  }
}
