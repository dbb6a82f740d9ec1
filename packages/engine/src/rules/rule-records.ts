import type { Rule, SqlQuery } from "@plinth/core";
import { insertRule } from "@plinth/db";
import { recordOf } from "../identity/security-events.ts";
import type { RequestContext } from "../kernel/engine.ts";

/** Stores new rules, with one event for each of their collections. */
export function insertRules(ctx: RequestContext, rules: readonly Rule[]): SqlQuery[] {
  const { driver, catalog, now } = ctx;
  const collections = new Set(rules.map(({ collection }) => collection));
  return [
    ...rules.map((rule) => insertRule(driver, catalog.workspaceId, rule, new Date(now))),
    ...[...collections].map((collection) =>
      recordRules(
        ctx,
        "rule_create",
        rules.filter((rule) => rule.collection === collection),
      ),
    ),
  ];
}

/** The statement that records a change of rules of one collection. Conditions stay out of it: they may be long, and hold data. */
export function recordRules(
  ctx: RequestContext,
  type: "rule_create" | "rule_change" | "rule_delete",
  rules: readonly Rule[],
  more: Readonly<Record<string, unknown>> = {},
): SqlQuery {
  const detail = { ...more, rules: rules.map(({ id, role, action, effect }) => ({ id, role, action, effect })) };
  return recordOf(ctx, { type, target: `collection:${rules[0]?.collection}`, detail });
}
