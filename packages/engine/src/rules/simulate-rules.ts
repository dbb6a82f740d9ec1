import { type Action, type Collection, type Condition, FULL_ACCESS, isAlways, type Json, type Row } from "@plinth/core";
import { type CompiledRule, rulesFor } from "../access/read-access.ts";
import { bearsOn, covers } from "../access/write-access.ts";
import type { Scope } from "../kernel/engine.ts";
import { hasId } from "../read/conditions.ts";
import { bind } from "../read/read.ts";
import { holdsAfter, holdsForRow } from "./simulate-trial.ts";

/** What is judged. */
export interface Target {
  readonly collection: Collection;
  readonly action: Action;
  /** The row, stored or described; null where none was given. */
  readonly row: Row | null;
  readonly stored: boolean;
  /** What an update would change of a stored row. */
  readonly change?: Json;
  /** The fields that a write gives. */
  readonly given: readonly string[];
}

export interface Judged extends CompiledRule {
  /** It is about this write at all: by the fields that it gives. */
  readonly bears: boolean;
  /** Null where there is no row to judge, or where the database cannot have it. */
  readonly matches: boolean | null;
}

/** Each rule by itself: what of the write it allows or denies. */
export async function judgeRules(scope: Scope, target: Target): Promise<Judged[]> {
  const { allow, deny } = rulesFor(scope.catalog, scope.principal.roles, target.collection, target.action);
  const judged: Judged[] = [];
  for (const compiled of [...allow, ...deny]) {
    const bears = isAbout(compiled, target);
    judged.push({ ...compiled, bears, matches: await matchesOf(scope, target, compiled, bears) });
  }
  return judged;
}

function isAbout({ rule }: CompiledRule, { action, given }: Target): boolean {
  if (rule.effect === "deny") return action === "read" ? !rule.fields : bearsOn(rule, given);
  return action === "read" || given.every((field) => covers(rule, field));
}

async function matchesOf(scope: Scope, target: Target, compiled: CompiledRule, bears: boolean) {
  const { collection, action, row, change } = target;
  const { rule, condition, check } = compiled;
  if (!row) return null;
  // A denial of fields hides them in a row and does not hide the row, so it is told whether it holds.
  if (!bears && action !== "read") return false;
  const isDeny = rule.effect === "deny";
  if (action === "create") return holds(scope, target, isDeny ? condition : check);
  const before = await holds(scope, target, condition);
  if (change === undefined || before === null) return before;
  if (isDeny ? before : !before) return before;
  return holdsAfter(scope, collection, row.id as string, change, isDeny ? condition : check);
}

/** Whether the condition holds for the row as it stands; null where there is none, or the database cannot have it. */
export async function holds(scope: Scope, target: Target, condition: Condition): Promise<boolean | null> {
  const { collection, row, stored } = target;
  if (!row) return null;
  if (isAlways(condition)) return true;
  if (!stored) return holdsForRow(scope, collection, row, condition);
  const where: Condition = { kind: "and", of: [hasId(collection, row.id as string), condition] };
  return (await scope.source(collection).store.count({ collection, access: FULL_ACCESS, where }, bind(scope, []))) > 0;
}

export type Decision = "allow" | "deny" | "undecided";

/** The rule without which the decision might be another: what allows, or what takes away that which others allow. */
export function decidingRule(judged: readonly Judged[], target: Target, decision: Decision): Json {
  if (decision === "undecided") return null;
  const certain = (condition: Condition, matches: boolean | null): boolean =>
    target.row ? matches === true : isAlways(condition);
  const allowing = judged.filter(({ rule, bears }) => rule.effect === "allow" && bears);
  const denying = judged.filter(({ rule, bears }) => rule.effect === "deny" && bears);
  let found: Judged | undefined;
  if (decision === "deny") {
    const isDenied = allowing.some(({ matches }) => (target.row ? matches === true : true));
    found = isDenied ? denying.find(({ condition, matches }) => certain(condition, matches)) : undefined;
  } else if (target.row || denying.length === 0) {
    const asked = ({ condition, check }: Judged): Condition => (target.action === "create" ? check : condition);
    found = allowing.find((one) => certain(asked(one), one.matches));
  }
  return found ? { id: found.rule.id, role: found.rule.role, effect: found.rule.effect } : null;
}
