import type { SqlDriver, SqlQuery } from "@plinth/core";
import { eq } from "drizzle-orm";
import { numbered } from "../compile/numbered.ts";
import { dialectOf } from "../dialects/index.ts";
import { systemDatabase } from "../system/database.ts";
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
  // drizzle writes the target's column with its table, which Postgres refuses.
  const sql = `insert into plinth_token_settings (workspace_id, body) values (?1, ?2)
    on conflict (workspace_id) do update set body = excluded.body`;
  return numbered(dialectOf(driver), sql, [workspaceId, body]);
}
