import { type Principal, ROLE_ADMIN, ROLE_PUBLIC, type SqlDriver } from "@plinth/core";
import { system, systemDatabase } from "@plinth/db";
import { eq } from "drizzle-orm";
import type { Engine } from "../engine.ts";
import { isKey } from "./credentials.ts";
import { type Identity, identityState } from "./state.ts";

/** The principal of an API key; null for one that is unknown, revoked or expired. */
export function identifyKey(
  engine: Engine,
  driver: SqlDriver,
  key: string,
): Identity | null | Promise<Identity | null> {
  if (!isKey(key)) return null;
  return identityState(engine).keys.get(key, driver.lifetime === "process", () => findKey(engine, driver, key));
}

async function findKey(engine: Engine, driver: SqlDriver, key: string) {
  const { apiKeys } = system;
  const [row] = await systemDatabase(driver)
    .select()
    .from(apiKeys)
    .where(eq(apiKeys.hash, await hashKey(key)));
  if (!row || row.revokedAt) return null;
  const until = row.expiresAt?.getTime();
  if (until !== undefined && until <= engine.clock.now()) return null;
  const secret = row.kind === "secret";
  const principal: Principal = {
    kind: "key",
    id: row.id,
    workspaceId: row.workspaceId,
    roles: secret ? [ROLE_PUBLIC, ROLE_ADMIN] : [ROLE_PUBLIC],
    bypass: secret,
    operator: false,
  };
  return { value: { principal, cookieAuthenticated: false }, until };
}

/** SHA-256 in hex. A key holds 256 random bits: nothing slower would make it safer. */
export async function hashKey(key: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
