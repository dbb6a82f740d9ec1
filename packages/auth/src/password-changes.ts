import type { SqlQuery } from "@plinth/core";
import type { PoolOptions } from "./auth.ts";
import type { Whereabouts } from "./whereabouts.ts";
import type { RowChange } from "./write-batch.ts";

const RESETS = "/reset-password";

/** The event of each path that sets a password. */
export const NEW_PASSWORDS: Readonly<Record<string, "password_change" | "password_reset">> = {
  "/change-password": "password_change",
  "/reset-password": "password_reset",
};

/**
 * A sign-in by the old password that is under way has written the user's row, and then reads the account's. A new password begins
 * at the same row: it ends the session that the sign-in has stored meanwhile, and neither waits for the other for ever.
 */
export function turnOfNewPassword(
  { tables, inTurnOf }: PoolOptions,
  { kind, table, rows }: RowChange,
  { path }: Whereabouts,
): SqlQuery[] {
  const ends = table === tables.account || (table === tables.session && kind === "delete");
  if (!ends || !NEW_PASSWORDS[path]) return [];
  const users = new Set(rows.map((row) => row.userId as string));
  return [...users].flatMap((id) => inTurnOf?.(id) ?? []);
}

/** Whoever proved the old password must not replace one that has been set meanwhile, such as by a reset. */
export function checksOfNewPassword(
  { tables, onPasswordChanged }: PoolOptions,
  { kind, table, rows, values }: RowChange,
  { path }: Whereabouts,
  proof: string | undefined,
): SqlQuery[] {
  const isChange = kind === "update" && table === tables.account && path === "/change-password";
  if (!isChange || values?.password === undefined || proof === undefined) return [];
  return rows.flatMap((row) => onPasswordChanged?.(row.userId as string, proof) ?? []);
}

export function isReset(
  { kind, table }: RowChange,
  { account }: PoolOptions["tables"],
  { path }: Whereabouts,
): boolean {
  return kind !== "delete" && table === account && path === RESETS;
}

/** A password was set or replaced. */
export function isNewPassword(
  { kind, table }: RowChange,
  { account }: PoolOptions["tables"],
  { path }: Whereabouts,
): boolean {
  return kind !== "delete" && table === account && NEW_PASSWORDS[path] !== undefined;
}
