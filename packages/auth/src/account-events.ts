import type { PoolOptions } from "./auth.ts";
import type { AccountEvent } from "./auth-reports.ts";
import type { OAuthFlow } from "./oauth/flow.ts";
import { NEW_PASSWORDS } from "./password-changes.ts";
import type { Whereabouts } from "./whereabouts.ts";
import type { RowChange } from "./write-batch.ts";

/** The only path whose change of a second factor is an event: others count attempts, in terms of the row as it is. */
export const NEW_CODES = "/two-factor/generate-backup-codes";

type EventType = AccountEvent["type"];

/** Sessions that end for any other reason, such as their age, are no event. */
const ENDS: Readonly<Record<string, EventType>> = {
  "/sign-out": "sign_out",
  "/revoke-session": "session_revoke",
  "/revoke-sessions": "session_revoke",
};

/** The events of a write of better-auth. */
export function eventsOf(change: RowChange, tables: PoolOptions["tables"], at: Whereabouts): AccountEvent[] {
  const type = typeOf(change, tables, at);
  if (!type) return [];
  const { address } = at;
  return change.rows.map((row) => {
    if (change.table === tables.user) return { type, userId: row.id as string, address };
    const userId = row.userId as string;
    return change.table === tables.session
      ? { type, userId, address, sessionId: row.id as string }
      : { type, userId, address };
  });
}

/** The first code of a new second factor was right. */
export function addsSecondFactor(
  { kind, table, values }: RowChange,
  { user }: Pick<PoolOptions["tables"], "user">,
): boolean {
  return kind === "update" && table === user && values?.twoFactorEnabled === true;
}

function typeOf(
  change: RowChange,
  { user, session, account, twoFactor, passkey }: PoolOptions["tables"],
  { path, signedIn }: Whereabouts,
): EventType | undefined {
  const { kind, table, rows, values = {} } = change;
  if (table === account) {
    // The first password of somebody who has come by a provider so far is a new row.
    const password = kind === "insert" ? (rows[0]?.password ?? undefined) : values.password;
    return password === undefined ? undefined : NEW_PASSWORDS[path];
  }
  if (table === passkey) return "passkey_add";
  if (table === twoFactor) return kind === "delete" ? "second_factor_remove" : "recovery_codes_replace";
  if (table === user) {
    if (kind === "insert") return "sign_up";
    if (path === "/verify-phone" && values.phone !== undefined) return "phone_change";
    return addsSecondFactor(change, { user }) ? "second_factor_add" : undefined;
  }
  if (table !== session) return undefined;
  if (kind === "delete") return ENDS[path];
  if (kind === "update") return path === "/step-up" ? "step_up" : undefined;
  return path.startsWith("/sign-up/") || rows[0]?.userId === signedIn ? undefined : "sign_in";
}

/** An account at a provider for a user who was there before. */
export function isLink(flow: OAuthFlow | undefined): flow is OAuthFlow {
  return flow !== undefined && flow.onUserCreated === undefined;
}

export function linkIn(
  { kind, table, rows }: RowChange,
  { account }: PoolOptions["tables"],
  flow: OAuthFlow | undefined,
  { address }: Whereabouts,
): AccountEvent[] {
  if (kind !== "insert" || table !== account || !isLink(flow)) return [];
  return rows.map((row) => ({ type: "account_link" as const, userId: row.userId as string, address }));
}

export function upgradeOf(userId: string | undefined, { address }: Whereabouts): AccountEvent[] {
  return userId === undefined ? [] : [{ type: "user_upgrade", userId, address }];
}
