import { type Principal, ROLE_ADMIN, ROLE_PUBLIC, type SqlDriver, sha256Hex } from "@plinth/core";
import { type ApiKeyRow, findKeyByHash } from "@plinth/db";
import type { Engine } from "../kernel/engine.ts";
import { isKey } from "./credentials.ts";
import { type Identity, identityState } from "./state.ts";

/** The principal of an API key. Null: unknown, revoked or expired. */
export function identifyKey(
  engine: Engine,
  driver: SqlDriver,
  key: string,
): Identity | null | Promise<Identity | null> {
  if (!isKey(key)) return null;
  return identityState(engine).keys.get(key, driver.lifetime === "process", () => findKey(engine, driver, key));
}

async function findKey(engine: Engine, driver: SqlDriver, key: string) {
  const row = await findKeyByHash(driver, await hashKey(key));
  if (!row || row.revokedAt) return null;
  const until = row.expiresAt?.getTime();
  if (until !== undefined && until <= engine.clock.now()) return null;
  return { value: { principal: keyPrincipal(row), cookieAuthenticated: false }, until };
}

/** The principal of a valid key. */
export function keyPrincipal(row: ApiKeyRow): Principal {
  const secret = row.kind === "secret";
  return {
    kind: "key",
    id: row.id,
    workspaceId: row.workspaceId,
    roles: secret ? [ROLE_PUBLIC, ROLE_ADMIN] : [ROLE_PUBLIC],
    bypass: secret,
    operator: false,
  };
}

/** A key has 256 random bits: a slower hash would not make it safer. */
export const hashKey = sha256Hex;
