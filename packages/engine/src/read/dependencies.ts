import {
  type Condition,
  type FieldRef,
  isAlways,
  type ReadPolicy,
  type RelationRef,
  type VariableOperand,
} from "@plinth/core";

/** What a condition's result depends on, besides the row itself. */

const split = new WeakMap<RelationRef, readonly RelationRef[]>();

/** A relation as steps without a junction: first to the links, then from each link to its item. */
export function stepsOf(relation: RelationRef): readonly RelationRef[] {
  const { field, target, policy, via, source, junction } = relation;
  if (!junction) return [relation];
  let steps = split.get(relation);
  if (!steps) {
    const links: RelationRef = {
      field,
      target: junction.collection,
      policy: junction.policy,
      via: via!,
      source: source!,
    };
    steps = [links, { field: junction.to, target, policy }];
    split.set(relation, steps);
  }
  return steps;
}

/** Conditions that decide which rows and fields are visible. */
export function conditionsOf({ where, fields }: ReadPolicy): Condition[] {
  const fieldPolicies = [...(fields?.values() ?? [])].filter((fieldPolicy) => fieldPolicy !== null);
  return [where, ...fieldPolicies].filter((condition) => !isAlways(condition));
}

/** The relation steps to each part of a condition, outermost first: one list for each path. */
export function relationPathsOf(condition: Condition, before: readonly RelationRef[] = []): RelationRef[][] {
  switch (condition.kind) {
    case "and":
    case "or":
      return condition.of.flatMap((part) => relationPathsOf(part, before));
    case "not":
      return relationPathsOf(condition.of, before);
    case "some":
      return relationPathsThrough([condition.relation], before, [condition.where]);
    default:
      return relationPathsOfRef(condition.ref, before);
  }
}

export function relationPathsOfRef(
  ref: Pick<FieldRef, "through">,
  before: readonly RelationRef[] = [],
): RelationRef[][] {
  return relationPathsThrough(ref.through ?? [], before);
}

function relationPathsThrough(
  relations: readonly RelationRef[],
  before: readonly RelationRef[],
  atTheEnd: readonly Condition[] = [],
): RelationRef[][] {
  let path = [...before];
  const paths: RelationRef[][] = [];
  for (const step of relations.flatMap(stepsOf)) {
    path = [...path, step];
    paths.push(path, ...conditionsOf(step.policy).flatMap((part) => relationPathsOf(part, path)));
  }
  return [...paths, ...atTheEnd.flatMap((part) => relationPathsOf(part, path))];
}

/** Adds the ids of the collections on these paths. */
export function addCollectionsOf(paths: readonly (readonly RelationRef[])[], into: Set<string>): void {
  for (const path of paths) into.add(path.at(-1)!.target.id);
}

const isOfCaller = ({ variable }: VariableOperand): boolean => variable !== "now" && variable !== "workspace.id";
export const isTime = ({ variable }: VariableOperand): boolean => variable === "now";

/** Whether the result depends on the caller, beyond the caller's roles. */
export function dependsOnCaller(condition: Condition): boolean {
  return asksFor(condition, isOfCaller);
}

/** The variables of the caller that decide the results. */
export function callerVariablesOf(conditions: readonly Condition[]): VariableOperand[] {
  const found: VariableOperand[] = [];
  for (const condition of conditions) asksFor(condition, (operand) => isOfCaller(operand) && found.push(operand) === 0);
  return found;
}

/** Whether the result can change as time passes. */
export function dependsOnTime(condition: Condition): boolean {
  return asksFor(condition, isTime);
}

function asksFor(condition: Condition, test: (operand: VariableOperand) => boolean): boolean {
  switch (condition.kind) {
    case "and":
    case "or":
      return condition.of.some((part) => asksFor(part, test));
    case "not":
      return asksFor(condition.of, test);
    case "some":
      return asksFor(condition.where, test) || refAsksFor([condition.relation], test);
    default: {
      const own = "operand" in condition && "variable" in condition.operand && test(condition.operand);
      return own || refAsksFor(condition.ref.through ?? [], test);
    }
  }
}

function refAsksFor(relations: readonly RelationRef[], test: (operand: VariableOperand) => boolean): boolean {
  const steps = relations.flatMap(stepsOf);
  return steps.some(({ policy }) => conditionsOf(policy).some((part) => asksFor(part, test)));
}

/** The same for a field that is read or sorted by: rules and field policies of all collections on the path. */
export function refDependsOnCaller({ through = [] }: Pick<FieldRef, "through">): boolean {
  return refAsksFor(through, isOfCaller);
}

export function refDependsOnTime({ through = [] }: Pick<FieldRef, "through">): boolean {
  return refAsksFor(through, isTime);
}
