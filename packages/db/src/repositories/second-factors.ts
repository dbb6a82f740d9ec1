import type { SqlDriver, SqlQuery } from "@plinth/core";
import { eq } from "drizzle-orm";
import { systemDatabase, toQuery } from "../system/database.ts";
import { secondFactors, users } from "../system/schema.ts";

export async function findSecondFactor(driver: SqlDriver, userId: string): Promise<{ secret: string } | undefined> {
  const [row] = await systemDatabase(driver)
    .select({ secret: secondFactors.secret })
    .from(secondFactors)
    .where(eq(secondFactors.userId, userId));
  return row;
}

export function removeSecondFactorQueries(driver: SqlDriver, userId: string): SqlQuery[] {
  const database = systemDatabase(driver);
  return [
    toQuery(database.delete(secondFactors).where(eq(secondFactors.userId, userId))),
    toQuery(database.update(users).set({ twoFactorEnabled: false }).where(eq(users.id, userId))),
  ];
}
