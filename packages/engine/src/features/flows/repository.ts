import type { SqlDriver, SqlQuery } from "@plinth/core";
import {
  and,
  asc,
  count,
  database,
  desc,
  eq,
  getTableColumns,
  lt,
  mustFind,
  mustFindAtMost,
  ne,
  statement,
  takeTurn,
  toQuery,
} from "@plinth/db/tables";
import { flowSecrets, flows, flowVersions } from "./tables.ts";

export type FlowRow = typeof flows.$inferSelect;
export type FlowVersionRow = typeof flowVersions.$inferSelect;
export type FlowSecretRow = typeof flowSecrets.$inferSelect;

export async function findFlow(driver: SqlDriver, workspaceId: string, name: string): Promise<FlowRow | undefined> {
  const it = and(eq(flows.workspaceId, workspaceId), eq(flows.name, name));
  return (await database(driver).select().from(flows).where(it))[0];
}

/** In the order of their names. */
export function listFlowRows(driver: SqlDriver, workspaceId: string) {
  const active = and(eq(flowVersions.flowId, flows.id), eq(flowVersions.version, flows.activeVersion));
  return database(driver)
    .select({ ...getTableColumns(flows), definition: flowVersions.definition })
    .from(flows)
    .innerJoin(flowVersions, active)
    .where(eq(flows.workspaceId, workspaceId))
    .orderBy(asc(flows.name));
}

export async function findFlowVersion(
  driver: SqlDriver,
  flowId: string,
  version: number,
): Promise<FlowVersionRow | undefined> {
  const wanted = and(eq(flowVersions.flowId, flowId), eq(flowVersions.version, version));
  return (await database(driver).select().from(flowVersions).where(wanted))[0];
}

/** The newest first. */
export function listFlowVersionRows(driver: SqlDriver, flowId: string): Promise<FlowVersionRow[]> {
  return database(driver)
    .select()
    .from(flowVersions)
    .where(eq(flowVersions.flowId, flowId))
    .orderBy(desc(flowVersions.version));
}

export function insertFlow(driver: SqlDriver, row: FlowRow): SqlQuery {
  return toQuery(database(driver).insert(flows).values(row));
}

export function insertFlowVersion(driver: SqlDriver, row: FlowVersionRow): SqlQuery {
  return toQuery(database(driver).insert(flowVersions).values(row));
}

const turnOf = (id: string): string => `flow ${id}`;

/** The statements that fail their batch under the label where the flow is gone, or somebody else has changed it since it was read. */
export function changeFlow(
  driver: SqlDriver,
  before: FlowRow,
  { activeVersion, enabled, updatedAt }: Pick<FlowRow, "activeVersion" | "enabled" | "updatedAt">,
  label: string,
): SqlQuery[] {
  const it = eq(flows.id, before.id);
  const unchanged = (["activeVersion", "enabled", "updatedAt"] as const).map((part) => eq(flows[part], before[part]));
  const asRead = database(driver)
    .select({ id: flows.id })
    .from(flows)
    .where(and(it, ...unchanged));
  return [
    ...takeTurn(driver, turnOf(before.id)),
    mustFind(driver, label, asRead),
    toQuery(database(driver).update(flows).set({ activeVersion, enabled, updatedAt }).where(it)),
  ];
}

/** Deletes versions up to this one, but not the one that runs. */
export function deleteOldFlowVersions(driver: SqlDriver, flowId: string, upTo: number, active: number): SqlQuery {
  const { version } = flowVersions;
  const old = and(eq(flowVersions.flowId, flowId), lt(version, upTo + 1), ne(version, active));
  return toQuery(database(driver).delete(flowVersions).where(old));
}

export function deleteFlowQueries(driver: SqlDriver, id: string): SqlQuery[] {
  return [...takeTurn(driver, turnOf(id)), toQuery(database(driver).delete(flows).where(eq(flows.id, id)))];
}

export async function countFlows(driver: SqlDriver, workspaceId: string): Promise<number> {
  const found = await database(driver).select({ n: count() }).from(flows).where(eq(flows.workspaceId, workspaceId));
  return Number(found[0]!.n);
}

/** The statements that fail their batch under the label where a workspace then has more flows. */
export function mustHaveFewFlows(driver: SqlDriver, workspaceId: string, most: number, label: string): SqlQuery[] {
  const rows = database(driver).select({ id: flows.id }).from(flows).where(eq(flows.workspaceId, workspaceId));
  return mustFindAtMost(driver, label, { most, name: `flows ${workspaceId}`, rows });
}

export function listFlowSecretRows(driver: SqlDriver, flowId: string): Promise<FlowSecretRow[]> {
  return database(driver)
    .select()
    .from(flowSecrets)
    .where(eq(flowSecrets.flowId, flowId))
    .orderBy(asc(flowSecrets.name));
}

export function putFlowSecretQuery(driver: SqlDriver, row: FlowSecretRow): SqlQuery {
  const { flowId, name, workspaceId, value, updatedAt } = row;
  // Drizzle names the columns of the conflict with their table, which Postgres refuses.
  const sql = `insert into plinth_flows_secrets (flow_id, name, workspace_id, value, updated_at)
    values (?1, ?2, ?3, ?4, ?5)
    on conflict (flow_id, name) do update set value = excluded.value, updated_at = excluded.updated_at`;
  return statement(driver, sql, [flowId, name, workspaceId, value, updatedAt]);
}

export function deleteFlowSecretQuery(driver: SqlDriver, flowId: string, name: string): SqlQuery {
  const it = and(eq(flowSecrets.flowId, flowId), eq(flowSecrets.name, name));
  return toQuery(database(driver).delete(flowSecrets).where(it));
}
