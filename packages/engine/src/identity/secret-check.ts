import { deriveKey, type SqlDriver } from "@plinth/core";
import { replaceSecretFingerprint } from "@plinth/db";
import type { Engine } from "../kernel/engine.ts";

const NEW_SECRET = `PLINTH_SECRET is another one than before. Everyone has to sign in again, and what was encrypted with the old
 one cannot be read: signing keys of access tokens (rotate them), secrets of sign-in providers and of challenges, authenticator
 apps, waiting mails. If you did not mean this, stop the server and set the old one; all servers of a database need the same.`;

/** Says so where the secret is another one than at the last start, on whatever server of this database. */
export async function noticeNewSecret({ config, log }: Engine, driver: SqlDriver): Promise<void> {
  const fingerprint = await deriveKey(config.secret, "fingerprint");
  // A full disk is no reason not to start.
  const before = await replaceSecretFingerprint(driver, fingerprint).catch(() => null);
  if (before !== null && before !== fingerprint) log.warn(NEW_SECRET.replaceAll("\n", ""));
}
