import { PlinthError, sha256Hex } from "@plinth/core";
import { deleteSessionQueries, findDeviceOfUser, listSessionRows, type SessionRow, signOutQueries } from "@plinth/db";
import { commit, refuseOn } from "../commit/commit.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { deviceName } from "./device.ts";
import { poolOfAccount } from "./fresh-session.ts";
import { knownDevices } from "./limits/device-cookie.ts";
import { recordOf } from "./security-events.ts";
import { forgetSessions } from "./state.ts";

export interface Session {
  id: string;
  /** Such as `Firefox on Windows`; null where the client does not say. */
  device: string | null;
  user_agent: string | null;
  address: string | null;
  created_at: string;
  /** Exact to the hour. */
  last_used_at: string;
  expires_at: string;
  /** Whether this request uses it. */
  current: boolean;
  /** Set where an operator acts as the user: who, and why. */
  impersonation: { by: string; reason: string } | null;
}

/** The caller's own sessions. */
export async function listSessions(ctx: RequestContext): Promise<Session[]> {
  const rows = await listSessionRows(ctx.driver, ctx.principal.id!, ctx.now);
  return rows.map((row) => describeSession(row, ctx.principal.sessionId));
}

/** Ends one of the caller's sessions: here at once, on other servers within two seconds. */
export async function revokeSession(ctx: RequestContext, id: string): Promise<{ id: string }> {
  const queries = [
    ...deleteSessionQueries(ctx.driver, ctx.principal.id!, id),
    recordOf(ctx, { type: "session_revoke", target: `session:${id}` }),
  ];
  const missing = () => new PlinthError("NOT_FOUND", "You have no such session.");
  return endSessions(ctx, { queries, data: { id } }).catch(refuseOn("guard", missing));
}

/** Ends all of the caller's sessions but this one. The browser of this one stays known. */
export async function revokeOtherSessions(ctx: RequestContext): Promise<{ revoked: number }> {
  const { driver, principal } = ctx;
  const rows = await listSessionRows(driver, principal.id!, ctx.now);
  const current = rows.find(({ id }) => id === principal.sessionId);
  const revoked = rows.length - (current ? 1 : 0);
  const queries = [
    ...signOutQueries(driver, principal.id!, { sessionId: current?.id, deviceId: await ownDeviceId(ctx) }),
    recordOf(ctx, { type: "session_revoke", target: `user:${principal.id}`, detail: { revoked } }),
  ];
  return endSessions(ctx, { queries, data: { revoked } });
}

async function ownDeviceId(ctx: RequestContext): Promise<string | undefined> {
  const { engine, driver, principal, client } = ctx;
  const known = await knownDevices(engine, poolOfAccount(principal), client?.cookies ?? null);
  const secret = await findDeviceOfUser(driver, principal.id!, known);
  return secret === undefined ? undefined : sha256Hex(secret);
}

/** Sessions are found in the cache by their tokens, which are not known here; to look them up again costs little. */
async function endSessions<T>(ctx: RequestContext, write: Parameters<typeof commit<T>>[1]): Promise<T> {
  try {
    return await commit(ctx, write);
  } finally {
    forgetSessions(ctx.engine);
  }
}

export function describeSession(row: SessionRow, currentId?: string): Session {
  return {
    id: row.id,
    device: deviceName(row.userAgent),
    user_agent: row.userAgent || null,
    address: row.ipAddress || null,
    created_at: row.createdAt.toISOString(),
    last_used_at: row.updatedAt.toISOString(),
    expires_at: row.expiresAt.toISOString(),
    current: row.id === currentId,
    impersonation:
      row.impersonatedBy === null
        ? null
        : { by: `operator:${row.impersonatedBy}`, reason: row.impersonationReason ?? "" },
  };
}
