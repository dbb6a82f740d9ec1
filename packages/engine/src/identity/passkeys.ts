import { PlinthError } from "@plinth/core";
import { deletePasskeyQueries, listPasskeyRows, renamePasskeyQueries } from "@plinth/db";
import { commit, refuseOn } from "../commit/commit.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { outboxOf } from "../kernel/outbox.ts";
import { REMOVAL_GUARDS, refuseRemoval } from "./last-method.ts";
import { inOwnPool } from "./own-account.ts";
import { recordOf } from "./security-events.ts";

const NO_SUCH_PASSKEY = "You have no such passkey.";

export interface Passkey {
  id: string;
  name: string | null;
  /** Names the make of the authenticator, in the registry of the FIDO alliance; null where it does not say. */
  aaguid: string | null;
  /** Whether it is also kept elsewhere, so that a lost device does not lose it. */
  backed_up: boolean;
  created_at: string;
}

/** The caller's own passkeys. */
export async function listPasskeys({ driver, principal }: RequestContext): Promise<Passkey[]> {
  const rows = await listPasskeyRows(driver, principal.id!);
  return rows.map(({ id, name, aaguid, backedUp, createdAt }) => ({
    id,
    name,
    aaguid,
    backed_up: backedUp,
    created_at: createdAt.toISOString(),
  }));
}

export async function renamePasskey(
  ctx: RequestContext,
  id: string,
  name: string,
): Promise<{ id: string; name: string }> {
  const queries = renamePasskeyQueries(ctx.driver, ctx.principal.id!, id, name);
  return commit(ctx, { queries, data: { id, name } }).catch(refuseOn("guard", noSuchPasskey));
}

/** Nobody can sign in with it afterwards; its sessions continue. The last sign-in method cannot be removed. */
export async function deletePasskey(caller: RequestContext, id: string): Promise<{ id: string }> {
  const ctx = inOwnPool(caller);
  const { engine, driver, principal } = ctx;
  const { workspaceId } = principal;
  const userId = principal.id!;
  const byMail = outboxOf(engine) !== undefined;
  const queries = [
    ...deletePasskeyQueries(driver, { workspaceId, userId, id, byMail }, REMOVAL_GUARDS),
    recordOf(ctx, { type: "passkey_remove", target: `user:${userId}` }),
  ];
  return commit(ctx, { queries, data: { id } }).catch(
    refuseRemoval({ method: "passkey", none: NO_SUCH_PASSKEY, field: "id" }),
  );
}

function noSuchPasskey(): PlinthError {
  return new PlinthError("NOT_FOUND", NO_SUCH_PASSKEY);
}
