import type { SqlDriver } from "@plinth/core";
import { sqliteTable, text } from "drizzle-orm/sqlite-core";
import { systemDatabase } from "../system/database.ts";
import { accounts, passkeys, secondFactors, sessions, verifications } from "../system/schema.ts";
import { userColumns } from "../system/user-schema.ts";

/** Users as they are stored: the library that signs them in wants an address of each. */
const users = sqliteTable("plinth_users", userColumns(text("email").notNull()));

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
