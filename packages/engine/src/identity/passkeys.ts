import { PlinthError } from "@plinth/core";
import { deletePasskeyQueries, listPasskeyRows, renamePasskeyQueries } from "@plinth/db";
import { commit, refuseOn } from "../commit/commit.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { recordOf } from "./security-events.ts";

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

/** Nobody signs in by it any more; sessions that it has begun go on. */
export async function deletePasskey(ctx: RequestContext, id: string): Promise<{ id: string }> {
  const queries = [
    ...deletePasskeyQueries(ctx.driver, ctx.principal.id!, id),
    recordOf(ctx, { type: "passkey_remove", target: `user:${ctx.principal.id}` }),
  ];
  return commit(ctx, { queries, data: { id } }).catch(refuseOn("guard", noSuchPasskey));
}

function noSuchPasskey(): PlinthError {
  return new PlinthError("NOT_FOUND", "You have no such passkey.");
}
