import type { SqlDriver } from "@plinth/core";
import { systemDatabase } from "../system/database.ts";
import { accounts, passkeys, secondFactors, sessions, users, verifications } from "../system/schema.ts";

/** The tables of sign-in, by the names that it uses for them. */
const TABLES = {
  user: users,
  session: sessions,
  account: accounts,
  verification: verifications,
  twoFactor: secondFactors,
  passkey: passkeys,
};

export function authDatabase(driver: SqlDriver) {
  return { database: systemDatabase(driver), tables: TABLES };
}
