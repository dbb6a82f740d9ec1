import { type DatabaseState, deriveKey, OPERATORS_POOL_ID, ping, type SqlDriver } from "@plinth/core";
import {
  findSecondFactor,
  findUserByEmail,
  insertSecurityEvent,
  migrationState,
  readSecretFingerprint,
  removeSecondFactorQueries,
  replaceSecretFingerprint,
} from "@plinth/db";
import type { Engine } from "../kernel/engine.ts";
import { authOf } from "./auth.ts";

const NEW_SECRET = `PLINTH_SECRET is another one than before. Everyone has to sign in again, and what was encrypted with the old
 one cannot be read: signing keys of access tokens (rotate them), secrets of sign-in providers and of challenges, authenticator
 apps (SECOND_FACTOR_RESET removes an operator's, and administrators those of users), waiting mails. If you did not mean this, stop the server and set the old one; all servers of a database need the same.`;

/** What a start would find; a database in which none has begun yet has nothing to compare. */
export async function inspectDatabase({ config, features }: Engine, driver: SqlDriver): Promise<DatabaseState> {
  await ping(driver);
  const migrations = await migrationState(driver, features).catch(() => undefined);
  if (!migrations) return { pending: [], unknown: [], otherSecret: false };
  const before = await readSecretFingerprint(driver);
  return { ...migrations, otherSecret: before !== null && before !== (await fingerprintOf(config.secret)) };
}

function fingerprintOf(secret: string): Promise<string> {
  return deriveKey(secret, "fingerprint");
}

/** Says so where the secret is another one than at the last start, on whatever server of this database. */
export async function noticeNewSecret({ config, log }: Engine, driver: SqlDriver): Promise<void> {
  const fingerprint = await fingerprintOf(config.secret);
  // A full disk is no reason not to start.
  const before = await replaceSecretFingerprint(driver, fingerprint).catch(() => null);
  if (before !== null && before !== fingerprint) log.warn(NEW_SECRET.replaceAll("\n", ""));
}

/**
 * An operator whose second factor cannot be read with this secret has no other way in. Whoever configures the server owns its data
 * anyway, and names the operator. A second factor that can be read stays, so nothing happens if the setting is left there.
 */
export async function resetSecondFactor(engine: Engine, driver: SqlDriver): Promise<void> {
  const { config, log, clock } = engine;
  if (config.secondFactorReset === undefined) return;
  const user = await findUserByEmail(driver, OPERATORS_POOL_ID, config.secondFactorReset.toLowerCase());
  if (!user) return log.warn("SECOND_FACTOR_RESET: no operator has this address.");
  const factor = await findSecondFactor(driver, user.id);
  if (!factor) return;
  if (await authOf(engine, driver, OPERATORS_POOL_ID).canRead(factor.secret)) {
    return log.warn(
      "SECOND_FACTOR_RESET: the operator's second factor can be read with this PLINTH_SECRET, and stays.",
    );
  }
  await driver.batch([
    ...removeSecondFactorQueries(driver, user.id),
    insertSecurityEvent(driver, {
      workspaceId: user.workspaceId,
      at: clock.now(),
      type: "second_factor_remove",
      target: `user:${user.id}`,
      detail: { by: "SECOND_FACTOR_RESET" },
    }),
  ]);
  log.warn("SECOND_FACTOR_RESET: the operator's second factor, which could not be read, has been removed.");
}
