import type { SqlDriver, SqlQuery } from "@plinth/core";
import { and, database, eq, inArray, isNull, lookedAtAgain, mustFind, statement, toQuery } from "@plinth/db/tables";
import { unacceptedContents } from "./tables.ts";

export type UnacceptedContent = typeof unacceptedContents.$inferSelect;
export type WaitingContent = Omit<UnacceptedContent, "refusedAt" | "reason">;

/** Also for one that has waited before, or was refused: a version that is restored is scanned again. */
export function insertUnaccepted(driver: SqlDriver, row: WaitingContent): SqlQuery {
  const text = `insert into plinth_files_unaccepted (content, workspace_id, file, opens, attempts, due_at, created_at)
    values (?1, ?2, ?3, ?4, ?5, ?6, ?7) on conflict (content) do update set file = excluded.file, opens = excluded.opens,
      attempts = excluded.attempts, due_at = excluded.due_at, created_at = excluded.created_at, refused_at = null,
      reason = null`;
  const { content, workspaceId, file, opens, attempts, dueAt, createdAt } = row;
  return statement(driver, text, [content, workspaceId, file, opens ? 1 : 0, attempts, dueAt, createdAt]);
}

export async function findUnaccepted(driver: SqlDriver, content: string): Promise<UnacceptedContent | undefined> {
  return (await database(driver).select().from(unacceptedContents).where(eq(unacceptedContents.content, content)))[0];
}

/** A time after `latest` is one of before the clock was set back. */
interface DueScans {
  readonly now: number;
  readonly latest: number;
  readonly most: number;
}

const isThere = (condition: string) => `exists (select 1 from plinth_files_unaccepted u
      where u.workspace_id = waiting.id and u.refused_at is null and u.${condition})`;

/** Workspaces with contents that are due, in any order. The index is asked once for each workspace that waits, however much of each is there. */
export async function listDueWorkspaces(driver: SqlDriver, { now, latest, most }: DueScans): Promise<string[]> {
  const text = `with recursive waiting (id) as (
      select min(workspace_id) from plinth_files_unaccepted where refused_at is null
      union all
      select (select min(u.workspace_id) from plinth_files_unaccepted u
        where u.refused_at is null and u.workspace_id > waiting.id) from waiting where waiting.id is not null)
    select id from waiting where id is not null and (${isThere("due_at <= ?1")} or ${isThere("due_at > ?2")})
    order by random() limit ?3`;
  return (await driver.all(statement(driver, text, [now, latest, most]))).map(({ id }) => String(id));
}

/** Those of a workspace that are due, for which no other process asks before `leaseUntil`. */
export async function claimWaiting(
  driver: SqlDriver,
  { workspaceId, now, leaseUntil, latest, most }: DueScans & { workspaceId: string; leaseUntil: number },
): Promise<WaitingContent[]> {
  const open = "workspace_id = ?5 and refused_at is null";
  const firstWhere = (condition: string) =>
    `(select content from plinth_files_unaccepted where ${open} and ${condition} order by due_at limit ?3)`;
  const text = `update plinth_files_unaccepted set due_at = ?2, attempts = attempts + 1
    where ${lookedAtAgain("workspace_id", "?5")} and refused_at is null and (due_at <= ?1 or due_at > ?4) and content in (select content from ${firstWhere("due_at <= ?1")} as early
      union all select content from ${firstWhere("due_at > ?4")} as late limit ?3) returning *`;
  const { rows } = await driver.run(statement(driver, text, [now, leaseUntil, most, latest, workspaceId]));
  return rows.map((row) => ({
    content: String(row.content),
    workspaceId: String(row.workspace_id),
    file: String(row.file),
    opens: Number(row.opens) === 1,
    attempts: Number(row.attempts),
    dueAt: Number(row.due_at),
    createdAt: Number(row.created_at),
  }));
}

type Claimed = Pick<UnacceptedContent, "content" | "attempts">;

/** No other process has asked meanwhile, or stored an answer. */
const isClaimed = ({ content, attempts }: Claimed) =>
  and(
    eq(unacceptedContents.content, content),
    eq(unacceptedContents.attempts, attempts),
    isNull(unacceptedContents.refusedAt),
  );

/** Fails its batch under the label where another process has asked meanwhile. */
export function mustBeClaimed(driver: SqlDriver, claimed: Claimed, label: string): SqlQuery {
  const rows = database(driver).select({ content: unacceptedContents.content }).from(unacceptedContents);
  return mustFind(driver, label, rows.where(isClaimed(claimed)));
}

export async function askLater(driver: SqlDriver, claimed: Claimed, dueAt: number): Promise<void> {
  await driver.run(toQuery(database(driver).update(unacceptedContents).set({ dueAt }).where(isClaimed(claimed))));
}

export function refuseContent(
  driver: SqlDriver,
  claimed: Claimed,
  refusal: { readonly refusedAt: number; readonly reason: string | null },
): SqlQuery {
  return toQuery(database(driver).update(unacceptedContents).set(refusal).where(isClaimed(claimed)));
}

/** They are accepted, or are there no more. */
export function deleteUnaccepted(driver: SqlDriver, contents: readonly string[]): SqlQuery {
  return toQuery(
    database(driver)
      .delete(unacceptedContents)
      .where(inArray(unacceptedContents.content, [...contents])),
  );
}
