import type { SqlDriver } from "@plinth/core";
import { numbered } from "../compile/numbered.ts";
import { dialectOf } from "../dialects/index.ts";

/** The first ones above `after` that have pending jobs of a kind, found by the index, one step for each. */
const distinct = (column: "workspace_id" | "queue", of: string) => {
  const next = (after: string) =>
    `(select min(${column}) from plinth_jobs where state = 'pending' and ${of} and ${column} > ${after})`;
  return `with recursive found(name, place) as (select ${next("?1")}, 1 union all
    select ${next("found.name")}, place + 1 from found where name is not null and place < ?2)`;
};

/** Workspaces that have pending jobs of a kind, by their ids, from the first one above `after` on; unused ones are archived or deleted. */
export async function workspacesWithJobs(
  driver: SqlDriver,
  { kind, after, most }: { readonly kind: string; readonly after: string; readonly most: number },
): Promise<{ readonly id: string; readonly isUsed: boolean }[]> {
  const sql = `${distinct("workspace_id", "kind = ?3")} select name, (select 1 from plinth_workspaces w where w.id = found.name
      and w.archived_at is null and w.deleted_at is null) as used from found where name is not null order by place`;
  const rows = await driver.all(numbered(dialectOf(driver), sql, [after, most, kind]));
  return rows.map(({ name, used }) => ({ id: String(name), isUsed: used !== null }));
}

/** Queues of a workspace that have pending jobs of a kind, by their names, from the first one above `after` on. */
export async function queuesWithJobs(
  driver: SqlDriver,
  which: { readonly workspaceId: string; readonly kind: string; readonly after: string; readonly most: number },
): Promise<string[]> {
  const { workspaceId, kind, after, most } = which;
  const of = "kind = ?3 and workspace_id = ?4";
  const sql = `${distinct("queue", of)} select name from found where name is not null order by place`;
  const rows = await driver.all(numbered(dialectOf(driver), sql, [after, most, kind, workspaceId]));
  return rows.map(({ name }) => String(name));
}
