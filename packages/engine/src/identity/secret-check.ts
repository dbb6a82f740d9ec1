import { type DatabaseState, deriveKey, ping, type SqlDriver } from "@plinth/core";
import { migrationState, readSecretFingerprint, replaceSecretFingerprint } from "@plinth/db";
import type { Engine } from "../kernel/engine.ts";

const NEW_SECRET = `PLINTH_SECRET is another one than before. Everyone has to sign in again, and what was encrypted with the old
 one cannot be read: signing keys of access tokens (rotate them), secrets of sign-in providers and of challenges, authenticator
 apps, waiting mails. If you did not mean this, stop the server and set the old one; all servers of a database need the same.`;

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
