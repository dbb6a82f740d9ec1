import { type Principal, ROLE_ADMIN, ROLE_PUBLIC, type SqlDriver, sha256Hex } from "@plinth/core";
import { type ApiKeyRow, findKeyByHash } from "@plinth/db";
import type { Engine } from "../kernel/engine.ts";
import { keyConditionsOf } from "./key-conditions.ts";
import { isKey } from "./key-format.ts";
import { scopeOf } from "./key-scope.ts";
import { noteUse } from "./key-use.ts";
import { type Identity, identityState } from "./state.ts";

/** The principal of an API key. Null: unknown, revoked or expired. */
export function identifyKey(
  engine: Engine,
  driver: SqlDriver,
  key: string,
): Identity | null | Promise<Identity | null> {
  return identityState(engine).keys.get(key, driver.lifetime === "process", () => findKey(engine, driver, key));
}

async function findKey(engine: Engine, driver: SqlDriver, key: string) {
  // The checksum spares a lookup for what is no key.
  if (!isKey(key)) return null;
  const hash = await hashKey(key);
  const row = await findKeyByHash(driver, hash);
  const secret = row && secretOf(row, hash, engine.clock.now());
  if (!secret) return null;
  await noteUse(engine, driver, row);
  const conditions = keyConditionsOf(row);
  const principal = keyPrincipal(row, secret.version);
  const value: Identity = { principal, cookieAuthenticated: false, ...(conditions && { conditions }) };
  return { value, until: secret.until };
}

/** The version of the secret with this hash, and until when it counts. Undefined: it does not. */
function secretOf(
  row: ApiKeyRow,
  hash: string,
  now: number,
): { readonly version: number; readonly until: number | undefined } | undefined {
  if (row.revokedAt) return undefined;
  const current = row.hash === hash;
  const ends = [row.expiresAt, current ? null : row.previousUntil].flatMap((at) => at?.getTime() ?? []);
  const until = ends.length > 0 ? Math.min(...ends) : undefined;
  if (until !== undefined && until <= now) return undefined;
  return { version: current ? row.secretVersion : row.secretVersion - 1, until };
}

/** The principal of a valid key. */
export function keyPrincipal(row: ApiKeyRow, secretVersion: number): Principal {
  const { id, workspaceId } = row;
  const holder = { kind: "key", id, workspaceId, secretVersion } as const;
  const scoped = scopeOf(row);
  if (scoped) return { ...holder, roles: [ROLE_PUBLIC, ...scoped.roles], bypass: false, scope: scoped.scope };
  const secret = row.kind === "secret";
  return { ...holder, roles: secret ? [ROLE_PUBLIC, ROLE_ADMIN] : [ROLE_PUBLIC], bypass: secret };
}

/** A key has 256 random bits: a slower hash would not make it safer. */
export const hashKey = sha256Hex;
