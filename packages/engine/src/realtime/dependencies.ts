import type { Condition, FieldRef, Operand, RelationRef } from "@plinth/core";

/** What a condition's outcome depends on besides the row itself. */

/** Relations on the way to what a condition asks, outermost first, one list for each way. */
export function waysOf(condition: Condition, before: readonly RelationRef[] = []): RelationRef[][] {
  switch (condition.kind) {
    case "and":
    case "or":
      return condition.of.flatMap((part) => waysOf(part, before));
    case "not":
      return waysOf(condition.of, before);
    case "some": {
      const way = [...before, condition.relation];
      const inner = [condition.where, condition.relation.access.where].flatMap((part) => waysOf(part, way));
      return [way, ...inner];
    }
    default:
      return waysOfRef(condition.ref, before);
  }
}

export function waysOfRef(ref: FieldRef, before: readonly RelationRef[] = []): RelationRef[][] {
  return (ref.through ?? []).flatMap((relation, i, through) => {
    const way = [...before, ...through.slice(0, i + 1)];
    return [way, ...waysOf(relation.access.where, way)];
  });
}

/** Adds the ids of the collections that a condition looks into. */
export function reachedBy(condition: Condition, into: Set<string>): void {
  for (const way of waysOf(condition)) addReached(way.at(-1)!, into);
}

export function addReached(relation: RelationRef, into: Set<string>): void {
  into.add(relation.target.id);
  if (relation.junction) into.add(relation.junction.collection.id);
}

/** Whether the outcome depends on who asks, beyond the caller's roles. */
export function dependsOnCaller(condition: Condition): boolean {
  switch (condition.kind) {
    case "and":
    case "or":
      return condition.of.some(dependsOnCaller);
    case "not":
      return dependsOnCaller(condition.of);
    case "some":
      return [condition.where, condition.relation.access.where].some(dependsOnCaller);
    case "null":
    case "empty":
      return throughDepends(condition.ref);
    default:
      return isPersonal(condition.operand) || throughDepends(condition.ref);
  }
}

function throughDepends(ref: FieldRef): boolean {
  return ref.through?.some((relation) => dependsOnCaller(relation.access.where)) ?? false;
}

function isPersonal(operand: Operand): boolean {
  return "variable" in operand && operand.variable !== "now" && operand.variable !== "workspace.id";
}

/** Whether time alone can change the outcome. */
export function dependsOnTime(condition: Condition): boolean {
  switch (condition.kind) {
    case "and":
    case "or":
      return condition.of.some(dependsOnTime);
    case "not":
      return dependsOnTime(condition.of);
    case "some":
      return [condition.where, condition.relation.access.where].some(dependsOnTime);
    case "null":
    case "empty":
      return false;
    default:
      return "variable" in condition.operand && condition.operand.variable === "now";
  }
}
