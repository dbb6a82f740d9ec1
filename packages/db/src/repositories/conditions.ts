import { and, type Collection, type Condition } from "@plinth/core";

/** Conditions on the columns of a system table that trees read and write. */
export function conditionsOn({ byName }: Collection) {
  const refTo = (name: string) => ({ field: byName.get(name)! });
  return {
    equals: (values: { readonly [name: string]: string | number }): Condition =>
      and(
        ...Object.entries(values).map(
          ([name, value]): Condition => ({ kind: "compare", ref: refTo(name), op: "eq", operand: { value } }),
        ),
      ),
    isBelow: (name: string, value: number): Condition => ({
      kind: "compare",
      ref: refTo(name),
      op: "lt",
      operand: { value },
    }),
    isNull: (name: string): Condition => ({ kind: "null", ref: refTo(name) }),
    isAmong: (name: string, values: string[]): Condition => ({
      kind: "in",
      ref: refTo(name),
      negated: false,
      operand: { value: values },
    }),
  };
}
