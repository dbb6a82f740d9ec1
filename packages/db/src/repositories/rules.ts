import type { Rule, SqlDriver, SqlQuery } from "@plinth/core";
import { and, eq } from "drizzle-orm";
import { systemDatabase, toQuery } from "../system/database.ts";
import { mustFind } from "../system/guard.ts";
import { collections, rules } from "../system/schema.ts";

/** In the order of their creation: it decides which preset wins when several rules set one. */
export async function listRuleRows(driver: SqlDriver, workspaceId: string): Promise<Rule[]> {
  const rows = await systemDatabase(driver)
    .select()
    .from(rules)
    .where(eq(rules.workspaceId, workspaceId))
    .orderBy(rules.id);
  return rows.map(ruleFromRow);
}

/** For the batch that stores rules for these collections: it fails with a guard where one has been deleted. */
export function mustHaveCollections(
  driver: SqlDriver,
  workspaceId: string,
  slugs: readonly string[],
  label: string,
): SqlQuery[] {
  const { id, slug } = collections;
  return [...new Set(slugs)].map((name) => {
    const it = and(eq(collections.workspaceId, workspaceId), eq(slug, name));
    return mustFind(driver, label, systemDatabase(driver).select({ id }).from(collections).where(it));
  });
}

export function insertRule(driver: SqlDriver, workspaceId: string, rule: Rule, createdAt: Date): SqlQuery {
  const { id, role, collection, action } = rule;
  const row = { id, workspaceId, role, collection, action, body: bodyOf(rule), createdAt };
  return toQuery(systemDatabase(driver).insert(rules).values(row));
}

/** The batch fails with a guard where there is no such rule. */
export function updateRuleQueries(driver: SqlDriver, workspaceId: string, rule: Rule): SqlQuery[] {
  const { id, role, collection, action } = rule;
  const changed = systemDatabase(driver)
    .update(rules)
    .set({ role, collection, action, body: bodyOf(rule) })
    .where(isRule(workspaceId, id));
  return [mustFindRule(driver, workspaceId, id), toQuery(changed)];
}

/** The batch fails with a guard where there is no such rule. */
export function deleteRuleQueries(driver: SqlDriver, workspaceId: string, id: string): SqlQuery[] {
  const deleted = systemDatabase(driver).delete(rules).where(isRule(workspaceId, id));
  return [mustFindRule(driver, workspaceId, id), toQuery(deleted)];
}

function mustFindRule(driver: SqlDriver, workspaceId: string, id: string): SqlQuery {
  const it = systemDatabase(driver).select({ id: rules.id }).from(rules).where(isRule(workspaceId, id));
  return mustFind(driver, "rule", it);
}

function isRule(workspaceId: string, id: string) {
  return and(eq(rules.id, id), eq(rules.workspaceId, workspaceId));
}

function bodyOf({ effect, condition, fields, presets, check }: Rule): string {
  return JSON.stringify({ effect, condition, fields, presets, check });
}

function ruleFromRow(row: typeof rules.$inferSelect): Rule {
  const body = JSON.parse(row.body) as Pick<Rule, "effect" | "condition" | "fields" | "presets" | "check">;
  return { id: row.id, role: row.role, collection: row.collection, action: row.action as Rule["action"], ...body };
}
