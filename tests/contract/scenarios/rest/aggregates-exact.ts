import type { JsonObject } from "@plinth/core";
import { heaps } from "../../fixtures/heaps.ts";
import { LARGEST } from "../../fixtures/takings.ts";
import type { Scenario } from "../../scenario.ts";
import { gives } from "./aggregates.ts";

const through = (
  what: string,
  aggregates: JsonObject,
  rows: JsonObject[],
  filter?: JsonObject,
  more: JsonObject = {},
): Scenario => ({
  ...gives(`sums of sums ${what}`, { aggregates, ...(filter && { filter }), ...more }, rows, "heaps"),
  needs: [heaps],
});

/** Sums to the last digit, whatever the engine's numbers can hold. */
export const scenarios: Scenario[] = [
  gives(
    "sums of integers beyond 2^53 are exact, and text",
    { group_by: ["kind"], aggregates: { c: { sum: "coins" } } },
    [
      { kind: "debt", c: "-18014398509481982" },
      { kind: "gold", c: "27021597764222974" },
      { kind: "void", c: null },
    ],
    "hoard",
  ),
  gives(
    "a sum that is safe again is a number",
    { filter: { kind: { _neq: "void" }, coins: { _neq: 1 } }, aggregates: { c: { sum: "coins" } } },
    [{ c: LARGEST }],
    "hoard",
  ),
  gives(
    "sums of decimals of 18 digits are exact",
    { group_by: ["kind"], aggregates: { w: { sum: "worth" }, d: { sum: "dust" } } },
    [
      { kind: "debt", w: "-19999999999999999.97", d: "1.999999999999999998" },
      { kind: "gold", w: "29999999999999999.98", d: "0.000000000000000001" },
      { kind: "void", w: null, d: null },
    ],
    "hoard",
  ),
  gives(
    "extremes of large numbers are exact",
    { aggregates: { a: { min: "coins" }, b: { max: "worth" }, c: { min: "dust" } } },
    [{ a: -LARGEST, b: "9999999999999999.99", c: "0.000000000000000001" }],
    "hoard",
  ),
  gives(
    "a sum of no known values is null",
    { filter: { kind: "void" }, aggregates: { s: { sum: "worth" }, m: { avg: "coins" } } },
    [{ s: null, m: null }],
    "hoard",
  ),
  ...[
    through("are exact, and text beyond 2^53", { s: { sum: "sum(coins.v)" } }, [{ s: "9007199254740993" }]),
    through("of decimals are text", { s: { sum: "sum(coins.d)" }, e: { sum: "sum(coins.e)" } }, [
      { s: "0.30", e: "19999999999999999.98" },
    ]),
    through("of nothing are null", { s: { sum: "sum(coins.d)" } }, [{ s: null }], { name: "empty" }),
    through(
      "by group, and sorted",
      { s: { sum: "sum(coins.v)" }, n: { sum: "count(coins)" } },
      [
        { name: "large", s: 9007199254740991, n: 1 },
        { name: "small", s: 2, n: 2 },
        { name: "empty", s: null, n: 0 },
      ],
      undefined,
      { group_by: ["name"], sort: "-s" },
    ),
    through("in having", { s: { sum: "sum(coins.d)" } }, [{ name: "small", s: "0.30" }], undefined, {
      group_by: ["name"],
      having: { s: { _gt: 0.2, _lt: 1 } },
    }),
    through("one step further", { s: { sum: "sum(next.coins.v)" }, d: { sum: "sum(next.coins.d)" } }, [
      { s: 2, d: "0.30" },
    ]),
  ],
];
