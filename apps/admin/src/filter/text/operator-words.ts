import type { FilterOperator } from "../operators.ts";
import { DURING } from "../periods.ts";

/** How each operator is written, the first form by us and all of them by people. `_null:true` and such are keys of operators. */
const FORMS: Readonly<Record<string, readonly string[]>> = {
  _eq: ["=", "==", "is", "equals"],
  _neq: ["!=", "<>", "is not"],
  _gt: [">", "is after", "after"],
  _gte: [">=", "at least"],
  _lt: ["<", "is before", "before"],
  _lte: ["<=", "at most"],
  [DURING]: ["during", "is in"],
  _between: ["between", "is between"],
  _in: ["in", "is one of"],
  _nin: ["not in", "is none of"],
  "_null:true": ["is null", "has no value"],
  "_null:false": ["is not null", "has a value"],
  "_empty:true": ["is empty"],
  "_empty:false": ["is not empty"],
  _icontains: ["contains", "~"],
  _istarts_with: ["starts with"],
  _iends_with: ["ends with"],
  _like: ["like"],
  _regex: ["matches"],
  _overlaps: ["has one of"],
  _contained_in: ["has only"],
};
const HAS_ALL = ["has all of"] as const;
/** Written for `not (… contains …)`. */
const NOT_CONTAINS = ["!~", "does not contain", "not contains"] as const;

/** What is written between a field and its value. */
export interface OperatorForm {
  readonly form: string;
  readonly key: string;
  readonly negated: boolean;
}

/** All forms of an operator. Each can also be written by its name in the API, such as `_ieq`. */
export function formsOf({ key, op, operand, fixed }: FilterOperator): readonly string[] {
  const forms = op === "_contains" && operand === "list" ? HAS_ALL : (FORMS[key] ?? []);
  // The API has no such operator.
  return fixed === undefined && op !== DURING ? [...forms, op] : forms;
}

/** The forms of these operators, the longest first, so that `is not empty` is not read as `is`. */
export function operatorForms(operators: readonly FilterOperator[]): readonly OperatorForm[] {
  const forms = operators.flatMap((operator) =>
    formsOf(operator).map((form) => ({ form, key: operator.key, negated: false })),
  );
  if (operators.some(({ key }) => key === "_icontains"))
    forms.push(...NOT_CONTAINS.map((form) => ({ form, key: "_icontains", negated: true })));
  // Every field can have no value, and `is empty` says it of those that have no empty text.
  for (const holds of ["true", "false"] as const) {
    const empty = operators.some(({ key }) => key === `_empty:${holds}`) ? `_empty:${holds}` : `_null:${holds}`;
    for (const [key, meant] of [
      [`_null:${holds}`, `_null:${holds}`],
      [`_empty:${holds}`, empty],
    ] as const)
      forms.push(...FORMS[key]!.map((form) => ({ form, key: meant, negated: false })));
  }
  return forms.toSorted((a, b) => b.form.length - a.form.length);
}

/** Every form of every operator, to see whether somebody means a condition. */
export const ALL_FORMS: readonly string[] = [...Object.values(FORMS).flat(), ...HAS_ALL, ...NOT_CONTAINS].toSorted(
  (a, b) => b.length - a.length,
);
