import type { SqlDriver, SqlQuery } from "@plinth/core";
import { eq } from "drizzle-orm";
import { systemDatabase, toQuery } from "../system/database.ts";
import { ownTokenSettings } from "../system/schema.ts";

/** As JSON; undefined where a workspace has the defaults. */
export async function findTokenSettings(driver: SqlDriver, workspaceId: string): Promise<string | undefined> {
  const [row] = await systemDatabase(driver)
    .select()
    .from(ownTokenSettings)
    .where(eq(ownTokenSettings.workspaceId, workspaceId));
  return row?.body;
}

export function putTokenSettings(driver: SqlDriver, workspaceId: string, body: string): SqlQuery {
  return toQuery(
    systemDatabase(driver)
      .insert(ownTokenSettings)
      .values({ workspaceId, body })
      .onConflictDoUpdate({ target: ownTokenSettings.workspaceId, set: { body } }),
  );
}
