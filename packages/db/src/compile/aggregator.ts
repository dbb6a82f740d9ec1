import {
  type AggregateFunction,
  arithmeticOf,
  DataError,
  type Field,
  type FieldValue,
  type SqlValue,
} from "@plinth/core";
import type { AggregateSql } from "./condition.ts";
import type { SqlDialect } from "./dialect.ts";
import { sumIsBeyond } from "./doubles.ts";

/** How the values of many rows become one. */
export interface Aggregator {
  /** Can be compared and sorted by. */
  readonly comparable: AggregateSql;
  /** The input of `decode`, if not the comparable value. */
  readonly exact?: readonly AggregateSql[];
  decode(values: readonly SqlValue[]): FieldValue;
}

export function aggregatorOf(dialect: SqlDialect, fn: AggregateFunction, field: Field, name: string): Aggregator {
  const comparable: AggregateSql = (value) => dialect.measure(fn, field, value);
  if (fn === "count" || fn === "count_distinct") return { comparable, decode: ([count]) => Number(count) };
  if (fn === "min" || fn === "max") {
    const decoder = dialect.decoder(field);
    const decode: Aggregator["decode"] = ([value]) => (decoder ? decoder(value!) : value) as FieldValue;
    return { comparable, exact: [(value) => dialect.read(field, comparable(value))], decode };
  }
  if (!arithmeticOf(field).exact) {
    // The average of doubles is a double.
    if (fn === "avg") return { comparable, decode: ([average]) => average as number | null };
    return { comparable, ...sumOfNumbers(comparable, name) };
  }
  return { comparable, ...exactSumOrAverage(dialect, fn, field) };
}

/** For comparing and sorting, a sum beyond all doubles is the largest one; it is not returned as that. */
function sumOfNumbers(comparable: AggregateSql, name: string): Pick<Aggregator, "exact" | "decode"> {
  return {
    exact: [comparable, (value) => `case when ${sumIsBeyond(value)} then 1 else 0 end`],
    decode([sum, beyond]) {
      if (Number(beyond) === 1) throw new DataError("too_large", { message: `${name} is too large for a number` });
      return sum as number | null;
    },
  };
}

/** Sums of integers and decimals, exact to the last digit, and averages from them. */
function exactSumOrAverage(
  dialect: SqlDialect,
  fn: AggregateFunction,
  field: Field,
): Pick<Aggregator, "exact" | "decode"> {
  const parts = dialect.sumParts(field, "").map(
    (_, i): AggregateSql =>
      (value) =>
        dialect.sumParts(field, value)[i]!,
  );
  if (fn === "sum") return { exact: parts, decode: (values) => exactSum(dialect, field, values) };
  return {
    exact: [(value) => `count(${value})`, ...parts],
    decode([count, ...values]) {
      const sum = dialect.sumOf(field, values);
      return sum && Number(sum.units) / 10 ** sum.scale / Number(count);
    },
  };
}

/** The value of a sum's parts: a decimal, or an integer, as text where no number can hold it. */
export function exactSum(dialect: SqlDialect, field: Field, parts: readonly SqlValue[]): FieldValue {
  const sum = dialect.sumOf(field, parts);
  return sum && arithmeticOf(field).fromUnits(sum.units, sum.scale);
}
