import {
  ACTIONS,
  type Collection,
  coerce,
  excerpt,
  type Field,
  invalid,
  isJson,
  isListVariable,
  isLiteral,
  isSystemField,
  type Json,
  PlinthError,
  parseVariable,
  plainValue,
  type Rule,
  requirePlainDeep,
  type SqlQuery,
  suggest,
  toCollection,
  unknownField,
  uuidv7,
  type VariableName,
  variableFits,
} from "@plinth/core";
import { deleteRuleQueries, mustHaveCollections, updateRuleQueries } from "@plinth/db";
import { CHANNEL_PREFIX, channelCollection } from "../access/channel-access.ts";
import { parseRuleCondition } from "../access/parse-rule.ts";
import { refuseOn } from "../commit/commit.ts";
import { commitMetadataChange } from "../commit/metadata-change.ts";
import { requireCatalogRoom } from "../commit/room.ts";
import { bind } from "../kernel/bindings.ts";
import type { Catalog } from "../kernel/catalog.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { serverSet } from "../kernel/server-set.ts";
import * as z from "../kernel/zod.ts";
import { insertRules, recordRules } from "./rule-records.ts";
import { requireNewRule } from "./same-rule.ts";

const condition = z.record(z.string(), z.json()).nullable();

const ruleShape = {
  role: z.string(),
  collection: z.string().describe("A collection's slug, or * for all"),
  action: z.enum(ACTIONS),
  effect: z.enum(["allow", "deny"]),
  condition: condition.describe("The rows that the rule is for; null for all"),
  fields: z.array(z.string()).min(1).max(1600).nullable(),
  presets: z
    .record(z.string(), z.json())
    .nullable()
    .describe("Values for fields that are missing when an item is created"),
  check: condition.describe("What the resulting row must satisfy; null to use the condition"),
};

export const createRuleSchema = z.strictObject({
  ...serverSet("id"),
  role: ruleShape.role,
  collection: ruleShape.collection,
  action: ruleShape.action,
  effect: ruleShape.effect.default("allow"),
  condition: ruleShape.condition.default(null),
  fields: ruleShape.fields.default(null),
  presets: ruleShape.presets.default(null),
  check: ruleShape.check.default(null),
});

export const updateRuleSchema = z.strictObject(ruleShape).partial();

export type CreateRule = z.infer<typeof createRuleSchema>;
export type UpdateRule = z.infer<typeof updateRuleSchema>;

export function listRules(ctx: RequestContext, filter: { role?: string; collection?: string }): Rule[] {
  return ctx.catalog.rules.filter(
    (rule) =>
      (filter.role === undefined || rule.role === filter.role) &&
      (filter.collection === undefined || rule.collection === filter.collection),
  );
}

export async function createRule(ctx: RequestContext, input: CreateRule): Promise<Rule> {
  const rule: Rule = checkRule(ctx.catalog, { ...input, id: uuidv7(ctx.now) });
  requireNewRule(ctx.catalog.rules, [rule]);
  const room = requireCatalogRoom(ctx, "rules");
  requireDecidable(ctx, rule);
  return commitMetadataChange(ctx, {
    queries: [...collectionsOf(ctx, [rule]), ...insertRules(ctx, [rule])],
    roles: [rule.role],
    requires: [room],
    data: rule,
  }).catch(refuseOn("guard", collectionDeleted));
}

export async function updateRule(ctx: RequestContext, id: string, input: UpdateRule): Promise<Rule> {
  const { driver, catalog } = ctx;
  const rule = checkRule(catalog, { ...ruleOf(ctx, id), ...input });
  requireNewRule(catalog.rules, [rule]);
  requireDecidable(ctx, rule);
  return commitRuleChange(
    ctx,
    [
      ...updateRuleQueries(driver, catalog.workspaceId, rule),
      ...collectionsOf(ctx, [rule]),
      recordRules(ctx, "rule_change", [rule], { changed: Object.keys(input) }),
    ],
    rule,
    [rule.role],
  );
}

export async function deleteRule(ctx: RequestContext, id: string): Promise<{ id: string }> {
  const { driver, catalog } = ctx;
  const record = recordRules(ctx, "rule_delete", [ruleOf(ctx, id)]);
  return commitRuleChange(ctx, [...deleteRuleQueries(driver, catalog.workspaceId, id), record], { id });
}

function commitRuleChange<T>(
  ctx: RequestContext,
  queries: SqlQuery[],
  data: T,
  roles: readonly string[] = [],
): Promise<T> {
  return commitMetadataChange(ctx, { queries, roles, data }).catch(refuseOn("guard", noSuchRule));
}

/** Guards against a collection that another request has deleted: one of its name, made later, is another. `*` and channels name none. */
export function collectionsOf({ driver, catalog }: RequestContext, rules: readonly Rule[]): SqlQuery[] {
  const slugs = rules.map(({ collection }) => collection);
  return mustHaveCollections(
    driver,
    catalog.workspaceId,
    slugs.filter((slug) => slug !== "*" && !slug.startsWith(CHANNEL_PREFIX)),
    "ruled collection",
  );
}

export function collectionDeleted(): PlinthError {
  return invalid("collection", "it has been deleted meanwhile");
}

function ruleOf(ctx: RequestContext, id: string): Rule {
  const rule = ctx.catalog.rules.find((r) => r.id === id);
  if (!rule) throw noSuchRule();
  return rule;
}

function noSuchRule(): PlinthError {
  return new PlinthError("NOT_FOUND", "There is no such rule.");
}

/** Validates every part of a rule before it is stored. */
export function checkRule(catalog: Catalog, rule: Rule): Rule {
  if (!catalog.roles.has(rule.role))
    throw invalid(
      "role",
      `there is no role ${excerpt(rule.role)}${suggest(rule.role, [...catalog.roles], "roles are")}`,
    );
  const collection = ruledCollection(catalog, rule);
  if (!collection)
    throw invalid(
      "collection",
      `there is no collection ${excerpt(rule.collection)}${suggest(rule.collection, [...catalog.collections.keys()], "there are")}`,
    );
  if (rule.condition) parseRuleCondition(catalog, collection, rule.condition, "condition", { stored: false });
  if (rule.check) {
    if (rule.action === "read" || rule.action === "delete")
      throw invalid("check", `a ${rule.action} has no resulting row to check`);
    parseRuleCondition(catalog, collection, rule.check, "check", { stored: false });
  }
  rule.fields?.forEach((name, i) => {
    requireField(collection, name, `fields.${i}`);
  });
  if (rule.fields && rule.action === "delete") throw invalid("fields", "an item is deleted with all of its fields");
  if (rule.presets && rule.action !== "create") throw invalid("presets", "are for rules about create");
  if (rule.presets && rule.effect === "deny") throw invalid("presets", "are for rules that allow");
  return { ...rule, presets: rule.presets && checkPresets(collection, rule.presets) };
}

/** Refuses what the database cannot decide, as every request under the rule would fail. Channels need no database. */
export function requireDecidable(ctx: RequestContext, rule: Rule): void {
  if (rule.collection.startsWith(CHANNEL_PREFIX)) return;
  const collection = ruledCollection(ctx.catalog, rule)!;
  const bindings = bind(ctx, []);
  for (const condition of [rule.condition, rule.check]) {
    if (condition)
      ctx.source(collection).store.describe(parseRuleCondition(ctx.catalog, collection, condition, "rule"), bindings);
  }
}

/** Rules that are valid now and would be invalid in `after`, because something they name is missing there. */
export function rulesLost(before: Catalog, after: Catalog): Rule[] {
  return before.rules.filter((rule) => isSound(before, rule) && !isSound(after, rule));
}

function isSound(catalog: Catalog, rule: Rule): boolean {
  try {
    checkRule(catalog, rule);
    return true;
  } catch (error) {
    if (error instanceof PlinthError) return false;
    throw error;
  }
}

/** Rules for channels allow two actions, and their conditions use the parts of the channel's name. */
function ruledCollection(catalog: Catalog, rule: Rule): Collection | undefined {
  if (rule.collection === "*") return everyCollection(catalog);
  if (!rule.collection.startsWith(CHANNEL_PREFIX)) return catalog.collections.get(rule.collection);
  if (rule.action !== "read" && rule.action !== "create")
    throw invalid("action", "a channel has only the actions read and create");
  for (const part of ["fields", "presets", "check"] as const) {
    if (rule[part]) throw invalid(part, "are for rules about collections");
  }
  return channelCollection(catalog.workspaceId, rule.collection);
}

/** A rule for every collection can name only what every collection has. */
function everyCollection(catalog: Catalog): Collection {
  const identity = { id: "*", workspaceId: catalog.workspaceId, version: 0, table: "*", createdAt: "" };
  return toCollection({ slug: "*", kind: "managed", fields: [] }, identity);
}

function requireField(collection: Collection, name: string, path: string): void {
  if (!collection.byName.has(name) && collection.kind !== "document") {
    throw unknownField(collection, name, path);
  }
}

function checkPresets(collection: Collection, presets: Record<string, Json>): Record<string, Json> {
  const checked: Record<string, Json> = {};
  for (const [name, value] of Object.entries(presets)) {
    const path = `presets.${name}`;
    requireField(collection, name, path);
    if (isSystemField(name) && name !== "owner_id") throw invalid(path, "is set by the server");
    const field = collection.byName.get(name);
    const variable = parseVariable(value, path);
    if (variable && field && !canBecome(field, variable.variable)) {
      throw invalid(path, `$${variable.variable} cannot be stored in ${name}, whose type is ${field.type}`);
    }
    checked[name] = variable || value === null ? value : checkConstant(field, value, path);
  }
  return checked;
}

function checkConstant(field: Field | undefined, value: Json, path: string): Json {
  requirePlainDeep(value, path);
  const plain = plainValue(value);
  const constant = field ? coerce(field, plain, path) : plain;
  return isLiteral(value) ? { $literal: constant } : constant;
}

function canBecome(field: Field, variable: VariableName): boolean {
  return isJson(field) || (!isListVariable(variable) && variableFits(field, variable));
}
