import type { SqlQuery } from "@plinth/core";
import { revokeKeysSeenBy } from "@plinth/db";
import type { RequestContext } from "../kernel/engine.ts";
import { type ApiKey, everyKey } from "./keys.ts";
import { recordOf } from "./security-events.ts";

/** Keys that a user who loses rights has created or rotated last, and whose secrets the user may have kept. */
export interface SeenKeys {
  keys: Pick<ApiKey, "id" | "name" | "kind" | "prefix">[];
  keys_revoked: boolean;
}

/** `revokeKeys`: they are revoked too; else they keep working, and the answer names them. */
export interface KeyRevocation {
  readonly revokeKeys?: boolean | undefined;
}

/** The keys of a user who loses the right to create keys, and the statements that revoke them if requested. */
export async function keysSeenBy(
  ctx: RequestContext,
  userId: string,
  { revokeKeys = false }: KeyRevocation,
): Promise<{ readonly seen: SeenKeys; readonly queries: SqlQuery[] }> {
  const own = `user:${userId}`;
  const keys = (await everyKey(ctx, { createdBy: own })).map(({ id, name, kind, prefix }) => ({
    id,
    name,
    kind,
    prefix,
  }));
  const queries = revokeKeys
    ? [
        revokeKeysSeenBy(ctx.driver, ctx.principal.workspaceId, own, new Date(ctx.now)),
        ...keys.map((key) => recordOf(ctx, { type: "key_revoke", target: `key:${key.id}` })),
      ]
    : [];
  return { seen: { keys, keys_revoked: revokeKeys }, queries };
}
