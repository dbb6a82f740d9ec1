import {
  and,
  type Condition,
  type Field,
  type FieldValue,
  FULL_ACCESS,
  isNever,
  NEVER,
  or,
  type RelationRef,
  type Row,
  resolveOperand,
  type Shift,
} from "@plinth/core";
import type { RequestContext } from "../kernel/engine.ts";
import { conditionsOf, isTime, stepsOf } from "../read/dependencies.ts";
import type { Visibility } from "./visibility.ts";

/** The time of a comparison with `$now`, in the form of the compared field. */
interface Bound {
  readonly field: Field;
  readonly shift: Shift | undefined;
}

/** Which items of a collection may be visible at one time and not at another, although nobody changed anything. */
export interface TimeCandidates {
  /** The items as they are stored, at most `limit`. */
  read(ctx: RequestContext, from: string, to: string, limit: number): Promise<Row[]>;
}

/**
 * The result of a comparison with `$now` can only change while the time passes the compared value. So the candidates
 * are the items with such a value between the two times, wherever the comparison stands in rule, filter and field
 * policies, and an index on the field finds them. Undefined: time alone changes nothing.
 */
export function timeCandidatesOf({ collection, policy, filter }: Visibility): TimeCandidates | undefined {
  const bounds: Bound[] = [];
  const where = or(...[...conditionsOf(policy), filter].map((condition) => mayDiffer(condition, bounds)));
  if (isNever(where)) return undefined;
  const tree = { collection, policy: FULL_ACCESS, where, select: null, sort: [], limit: { slot: 2 * bounds.length } };
  return {
    async read(ctx, from, to, limit) {
      const [first, last] = from < to ? [from, to] : [to, from];
      const timeIn = ({ field, shift }: Bound, now: string): FieldValue =>
        resolveOperand(
          { variable: "now", ...(shift && { shift }) },
          { values: [], variables: { ...ctx.variables, now } },
          field,
        );
      const values = bounds.flatMap((bound) => [timeIn(bound, first), timeIn(bound, last)]);
      const { store } = ctx.source(collection);
      return (await store.find(tree, { values: [...values, limit], variables: ctx.variables })).rows;
    },
  };
}

/** True for every row for which the condition's result may differ between the two times. */
function mayDiffer(condition: Condition, bounds: Bound[]): Condition {
  switch (condition.kind) {
    case "and":
    case "or":
      return or(...condition.of.map((part) => mayDiffer(part, bounds)));
    case "not":
      return mayDiffer(condition.of, bounds);
    case "some":
      return differsBehind(stepsOf(condition.relation), mayDiffer(condition.where, bounds), bounds);
    default: {
      const own = condition.kind === "compare" ? passed(condition, bounds) : NEVER;
      return or(own, differsBehind((condition.ref.through ?? []).flatMap(stepsOf), NEVER, bounds));
    }
  }
}

/** The compared value is between the two times. */
function passed(comparison: Extract<Condition, { kind: "compare" }>, bounds: Bound[]): Condition {
  const { operand, ref } = comparison;
  if (!("variable" in operand) || !isTime(operand)) return NEVER;
  const first = 2 * bounds.length;
  bounds.push({ field: ref.field, shift: operand.shift });
  return and(
    { ...comparison, op: "gte", operand: { slot: first } },
    { ...comparison, op: "lte", operand: { slot: first + 1 } },
  );
}

/** A related item to which this holds, or whose own rule may differ. Rules must not hide it: they are what differs. */
function differsBehind(steps: readonly RelationRef[], atTheEnd: Condition, bounds: Bound[]): Condition {
  const [step, ...rest] = steps;
  if (!step) return atTheEnd;
  const there = or(
    differsBehind(rest, atTheEnd, bounds),
    ...conditionsOf(step.policy).map((condition) => mayDiffer(condition, bounds)),
  );
  return isNever(there) ? NEVER : { kind: "some", relation: { ...step, policy: FULL_ACCESS }, where: there };
}
