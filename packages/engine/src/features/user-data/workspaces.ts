import { anonymous, type Collection, OPERATORS_POOL_ID, type Principal, type SqlDriver } from "@plinth/core";
import { listWorkspaceRows, type UserRow } from "@plinth/db";
import type { Engine, RequestContext } from "../../kernel/engine.ts";
import { contextOf } from "../../kernel/request-context.ts";
import { referrersFirst } from "../../schema/referrers-first.ts";

/** A workspace, with full rights in it. */
export interface WholeWorkspace {
  readonly slug: string;
  readonly ctx: RequestContext;
}

/**
 * The workspaces where an account may own items: its own, and for an operator every one. The changes are the caller's;
 * absent, the server's own. Each read has its own time, as the work is done in pieces.
 */
export async function* workspacesOf(
  engine: Engine,
  driver: SqlDriver,
  account: Pick<UserRow, "workspaceId">,
  caller?: RequestContext,
): AsyncGenerator<WholeWorkspace> {
  const everywhere = account.workspaceId === OPERATORS_POOL_ID;
  for (const { id, slug } of await listWorkspaceRows(driver)) {
    if (!everywhere && id !== account.workspaceId) continue;
    const { scope: _, ...principal } = caller?.principal ?? anonymous(id);
    const whole: Principal = { ...principal, workspaceId: id, bypass: true };
    const catalog = await engine.catalogs.inAnyState(driver, id);
    const { requestId, host } = caller ?? {};
    yield { slug, ctx: { ...contextOf(engine, driver, whole, catalog), requestId, host } };
  }
}

/** The collections whose items have an owner, in an order in which items can be deleted. */
export function ownedCollections({ catalog }: RequestContext): Collection[] {
  return referrersFirst(catalog.collections.values()).filter(({ byName }) => byName.has("owner_id"));
}
