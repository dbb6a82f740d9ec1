import {
  type Action,
  type Collection,
  type Condition,
  FULL_ACCESS,
  isAlways,
  isObject,
  type Json,
  type JsonObject,
  type Row,
} from "@plinth/core";
import { parseCommonCondition, parseRuleCondition } from "../access/parse-rule.ts";
import { type CompiledRule, rulesFor } from "../access/read-policy.ts";
import { bearsOn, covers } from "../access/write-policy.ts";
import { bind } from "../kernel/bindings.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { hasId } from "../read/conditions.ts";
import { type FailedPart, failedParts, missingFields } from "./failed-parts.ts";
import { holdsAfter, holdsForRow } from "./simulate-dry-run.ts";

/** What is simulated. */
export interface SimulationTarget {
  readonly collection: Collection;
  readonly action: Action;
  /** The row, stored or described in the request. Null: none. */
  readonly row: Row | null;
  readonly stored: boolean;
  /** The change that an update would make to a stored row. */
  readonly change?: Json;
  /** The fields in the body of a write. */
  readonly provided: readonly string[];
}

export interface EvaluatedRule extends CompiledRule {
  /** Whether the rule applies to this write, by the fields in its body. */
  readonly bears: boolean;
  /** Null: there is no row to evaluate, or the database cannot store it. */
  readonly matches: boolean | null;
  /** Of a rule that would allow it, and does not. */
  readonly failed: readonly FailedPart[];
}

/** Evaluates each rule separately: which part of the write it allows or denies. */
export async function evaluateRules(ctx: RequestContext, target: SimulationTarget): Promise<EvaluatedRule[]> {
  const { allow, deny } = rulesFor(ctx.catalog, ctx.principal, target.collection, target.action);
  const evaluated: EvaluatedRule[] = [];
  for (const compiled of [...allow, ...deny]) {
    const bears = isAbout(compiled, target);
    const matches = await matchesOf(ctx, target, compiled, bears);
    const fails = matches === false && compiled.rule.effect === "allow";
    evaluated.push({
      ...compiled,
      bears,
      matches,
      failed: fails ? await failuresOf(ctx, target, compiled, bears) : [],
    });
  }
  return evaluated;
}

function isAbout({ rule }: CompiledRule, { action, provided }: SimulationTarget): boolean {
  if (rule.effect === "deny") return action === "read" ? !rule.fields : bearsOn(rule, provided);
  return action === "read" || provided.every((field) => covers(rule, field));
}

async function matchesOf(ctx: RequestContext, target: SimulationTarget, compiled: CompiledRule, bears: boolean) {
  const { collection, action, row, change } = target;
  const { rule, condition, check } = compiled;
  if (!row) return null;
  // A deny rule with fields hides them in a row, but not the row, so the answer says whether it matches.
  if (!bears && action !== "read") return false;
  const isDeny = rule.effect === "deny";
  if (action === "create") return holds(ctx, target, isDeny ? condition : check);
  const before = await holds(ctx, target, condition);
  if (change === undefined || before === null) return before;
  if (isDeny ? before : !before) return before;
  return holdsAfter(ctx, collection, row.id as string, change, isDeny ? condition : check);
}

/** Why a rule does not allow it: of a change, the item before it counts first. */
async function failuresOf(
  ctx: RequestContext,
  target: SimulationTarget,
  { rule, condition }: CompiledRule,
  bears: boolean,
): Promise<FailedPart[]> {
  const { collection, action, row, change, provided } = target;
  if (!row) return [];
  if (!bears) return [missingFields(rule, provided)];
  const parser = rule.collection === "*" ? parseCommonCondition : parseRuleCondition;
  const parse = (part: JsonObject): Condition => parser(ctx.catalog, collection, part, "condition");
  const { variables } = ctx;
  const given = (rule.condition ?? {}) as JsonObject;
  const check = (rule.check ?? given) as JsonObject;
  const asItIs = { row, variables, parse, holds: (one: Condition) => holds(ctx, target, one) };
  if (action === "create") return failedParts(check, asItIs);
  if (change === undefined || (await holds(ctx, target, condition)) !== true) return failedParts(given, asItIs);
  const changed = { ...row, ...(isObject(change) && change) };
  const after = (one: Condition) => holdsAfter(ctx, collection, row.id as string, change, one);
  return failedParts(check, { row: changed, variables, parse, holds: after });
}

/** Whether the condition holds for the row as it is. Null: there is none, or the database cannot store it. */
export async function holds(
  ctx: RequestContext,
  target: SimulationTarget,
  condition: Condition,
): Promise<boolean | null> {
  const { collection, row, stored } = target;
  if (!row) return null;
  if (isAlways(condition)) return true;
  if (!stored) return holdsForRow(ctx, collection, row, condition);
  const where: Condition = { kind: "and", of: [hasId(collection, row.id as string), condition] };
  return (await ctx.source(collection).store.count({ collection, policy: FULL_ACCESS, where }, bind(ctx, []))) > 0;
}

export type Decision = "allow" | "deny" | "undecided";

/** The rule without which the decision could differ: one that allows, or one that denies what others allow. */
export function deciding_rule(evaluated: readonly EvaluatedRule[], target: SimulationTarget, decision: Decision): Json {
  if (decision === "undecided") return null;
  const certain = (condition: Condition, matches: boolean | null): boolean =>
    target.row ? matches === true : isAlways(condition);
  const allowing = evaluated.filter(({ rule, bears }) => rule.effect === "allow" && bears);
  const denying = evaluated.filter(({ rule, bears }) => rule.effect === "deny" && bears);
  let found: EvaluatedRule | undefined;
  if (decision === "deny") {
    const isDenied = allowing.some(({ matches }) => (target.row ? matches === true : true));
    found = isDenied ? denying.find(({ condition, matches }) => certain(condition, matches)) : undefined;
  } else if (target.row || denying.length === 0) {
    const conditionOf = ({ condition, check }: EvaluatedRule): Condition =>
      target.action === "create" ? check : condition;
    found = allowing.find((one) => certain(conditionOf(one), one.matches));
  }
  return found ? { id: found.rule.id, role: found.rule.role, effect: found.rule.effect } : null;
}
