import { type Clock, type SqlQuery, sha256Hex, uuidv7 } from "@plinth/core";
import type { AuthOptions } from "./auth.ts";
import type { BetterAuth } from "./set-up.ts";

/**
 * better-auth's links that change an address are signed and stored nowhere, so nothing could end one. Each has a row
 * beside it, as other links have: it works once, and not after the account was taken over or its password was reset.
 */
const PREFIX = "change-email:";

/** The statement that lets a link be used. */
export async function insertChangeToken(
  { tables, database, workspaceId, clock }: Pick<AuthOptions, "tables" | "database" | "workspaceId"> & { clock: Clock },
  { userId, token, seconds }: { readonly userId: string; readonly token: string; readonly seconds: number },
): Promise<SqlQuery> {
  const now = clock.now();
  const row = {
    id: uuidv7(now),
    workspaceId,
    identifier: PREFIX + (await sha256Hex(token)),
    value: userId,
    expiresAt: new Date(now + seconds * 1000),
    createdAt: new Date(now),
    updatedAt: new Date(now),
  };
  const writes = database as { insert(table: object): { values(row: object): { toSQL(): SqlQuery } } };
  const { sql, params } = writes.insert(tables.verification).values(row).toSQL();
  return { sql, params };
}

/** Whether the link may be used; then it has been. */
export async function useChangeToken(auth: BetterAuth, token: string): Promise<boolean> {
  const { adapter } = await auth.$context;
  const where = [{ field: "identifier", value: PREFIX + (await sha256Hex(token)) }];
  return (await adapter.consumeOne({ model: "verification", where })) !== null;
}

/** Whether the token confirms a new address. Its signature is checked by better-auth. */
export function isChangeToken(token: string): boolean {
  const payload = token.split(".")[1] ?? "";
  try {
    const claims = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/"))) as {
      requestType?: string;
    } | null;
    return claims?.requestType === "change-email-verification";
  } catch {
    return false;
  }
}
