import type { SqlDriver, SqlQuery } from "@plinth/core";
import { and, asc, eq } from "drizzle-orm";
import { systemDatabase, toQuery } from "../system/database.ts";
import { mustFind } from "../system/guard.ts";
import { passkeys } from "../system/schema.ts";
import { removeOneAtATime, signInMethodLeft } from "./linked-accounts.ts";

/** A user's passkeys without their keys, oldest first. */
export async function listPasskeyRows(driver: SqlDriver, userId: string) {
  const { id, name, aaguid, backedUp, createdAt } = passkeys;
  return systemDatabase(driver)
    .select({ id, name, aaguid, backedUp, createdAt })
    .from(passkeys)
    .where(eq(passkeys.userId, userId))
    .orderBy(asc(passkeys.id));
}

/** The batch fails with a guard where the user has no such passkey. */
export function renamePasskeyQueries(driver: SqlDriver, userId: string, id: string, name: string): SqlQuery[] {
  const it = and(eq(passkeys.id, id), eq(passkeys.userId, userId));
  return [mustHave(driver, userId, id), toQuery(systemDatabase(driver).update(passkeys).set({ name }).where(it))];
}

/** As of an account at a provider: see `unlinkAccountQueries`. `byMail`: a verified address counts, as links are sent there. */
export function deletePasskeyQueries(
  driver: SqlDriver,
  { workspaceId, userId, id, byMail }: { workspaceId: string; userId: string; id: string; byMail: boolean },
  labels: { missing: string; last: string },
): SqlQuery[] {
  const it = and(eq(passkeys.id, id), eq(passkeys.userId, userId));
  return [
    removeOneAtATime(driver, userId),
    mustHave(driver, userId, id, labels.missing),
    toQuery(systemDatabase(driver).delete(passkeys).where(it)),
    mustFind(driver, labels.last, signInMethodLeft(driver, { workspaceId, userId, byMail })),
  ];
}

function mustHave(driver: SqlDriver, userId: string, id: string, label = "passkey"): SqlQuery {
  const it = and(eq(passkeys.id, id), eq(passkeys.userId, userId));
  return mustFind(driver, label, systemDatabase(driver).select({ id: passkeys.id }).from(passkeys).where(it));
}
