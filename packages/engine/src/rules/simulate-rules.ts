import { type Action, type Collection, type Condition, FULL_ACCESS, isAlways, type Json, type Row } from "@plinth/core";
import { type CompiledRule, rulesFor } from "../access/read-policy.ts";
import { bearsOn, covers } from "../access/write-policy.ts";
import { bind } from "../kernel/bindings.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { hasId } from "../read/conditions.ts";
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
}

/** Evaluates each rule separately: which part of the write it allows or denies. */
export async function evaluateRules(ctx: RequestContext, target: SimulationTarget): Promise<EvaluatedRule[]> {
  const { allow, deny } = rulesFor(ctx.catalog, ctx.principal, target.collection, target.action);
  const evaluated: EvaluatedRule[] = [];
  for (const compiled of [...allow, ...deny]) {
    const bears = isAbout(compiled, target);
    evaluated.push({ ...compiled, bears, matches: await matchesOf(ctx, target, compiled, bears) });
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
