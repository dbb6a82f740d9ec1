import type { SqlDriver, SqlQuery } from "@plinth/core";
import { eq } from "drizzle-orm";
import { systemDatabase, toQuery } from "../system/database.ts";
import { secondFactors, users } from "../system/schema.ts";
import { insertSecurityEvent, type SecurityEvent } from "./security-log.ts";
import type { UserRow } from "./users.ts";

export async function findSecondFactor(driver: SqlDriver, userId: string): Promise<{ secret: string } | undefined> {
  const [row] = await systemDatabase(driver)
    .select({ secret: secondFactors.secret })
    .from(secondFactors)
    .where(eq(secondFactors.userId, userId));
  return row;
}

export function removeSecondFactorQueries(
  driver: SqlDriver,
  { id, workspaceId }: Pick<UserRow, "id" | "workspaceId">,
  event: Pick<SecurityEvent, "at" | "detail">,
): SqlQuery[] {
  const database = systemDatabase(driver);
  return [
    toQuery(database.delete(secondFactors).where(eq(secondFactors.userId, id))),
    toQuery(database.update(users).set({ twoFactorEnabled: false }).where(eq(users.id, id))),
    insertSecurityEvent(driver, { ...event, workspaceId, type: "second_factor_remove", target: `user:${id}` }),
  ];
}
