import { type Access, type Condition, type FieldRef, isAlways, type Operand, type RelationRef } from "@plinth/core";

/** What a condition's outcome depends on besides the row itself. */

const split = new WeakMap<RelationRef, readonly RelationRef[]>();

/** A relation as steps without a junction: the way to the links first, and from each link to its item. */
export function stepsOf(relation: RelationRef): readonly RelationRef[] {
  const { field, target, access, via, source, junction } = relation;
  if (!junction) return [relation];
  let steps = split.get(relation);
  if (!steps) {
    const links: RelationRef = {
      field,
      target: junction.collection,
      access: junction.access,
      via: via!,
      source: source!,
    };
    steps = [links, { field: junction.to, target, access }];
    split.set(relation, steps);
  }
  return steps;
}

/** Conditions under which rows and fields are shown at all. */
export function conditionsOf({ where, fields }: Access): Condition[] {
  const masks = [...(fields?.values() ?? [])].filter((mask) => mask !== null);
  return [where, ...masks].filter((condition) => !isAlways(condition));
}

/** Steps on the way to what a condition asks, outermost first, one list for each way and each part of it. */
export function waysOf(condition: Condition, before: readonly RelationRef[] = []): RelationRef[][] {
  switch (condition.kind) {
    case "and":
    case "or":
      return condition.of.flatMap((part) => waysOf(part, before));
    case "not":
      return waysOf(condition.of, before);
    case "some":
      return waysThrough([condition.relation], before, [condition.where]);
    default:
      return waysOfRef(condition.ref, before);
  }
}

export function waysOfRef(ref: Pick<FieldRef, "through">, before: readonly RelationRef[] = []): RelationRef[][] {
  return waysThrough(ref.through ?? [], before);
}

function waysThrough(
  relations: readonly RelationRef[],
  before: readonly RelationRef[],
  atTheEnd: readonly Condition[] = [],
): RelationRef[][] {
  let way = [...before];
  const ways: RelationRef[][] = [];
  for (const step of relations.flatMap(stepsOf)) {
    way = [...way, step];
    ways.push(way, ...conditionsOf(step.access).flatMap((part) => waysOf(part, way)));
  }
  return [...ways, ...atTheEnd.flatMap((part) => waysOf(part, way))];
}

/** Adds the ids of the collections that these ways pass. */
export function addReached(ways: readonly (readonly RelationRef[])[], into: Set<string>): void {
  for (const way of ways) into.add(way.at(-1)!.target.id);
}

type Variable = Extract<Operand, { variable: unknown }>;

const isOfCaller = ({ variable }: Variable): boolean => variable !== "now" && variable !== "workspace.id";
const isTime = ({ variable }: Variable): boolean => variable === "now";

/** Whether the outcome depends on who asks, beyond the caller's roles. */
export function dependsOnCaller(condition: Condition): boolean {
  return asksFor(condition, isOfCaller);
}

/** Whether time alone can change the outcome. */
export function dependsOnTime(condition: Condition): boolean {
  return asksFor(condition, isTime);
}

function asksFor(condition: Condition, test: (operand: Variable) => boolean): boolean {
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

function refAsksFor(relations: readonly RelationRef[], test: (operand: Variable) => boolean): boolean {
  const steps = relations.flatMap(stepsOf);
  return steps.some(({ access }) => conditionsOf(access).some((part) => asksFor(part, test)));
}

/** The same for what is read or sorted by: rules and masks of all that is passed. */
export function refDependsOnCaller({ through = [] }: Pick<FieldRef, "through">): boolean {
  return refAsksFor(through, isOfCaller);
}

export function refDependsOnTime({ through = [] }: Pick<FieldRef, "through">): boolean {
  return refAsksFor(through, isTime);
}
