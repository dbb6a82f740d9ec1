import type { ErrorCode, Json } from "@plinth/core";
import { as } from "../../as.ts";
import { THINGS, type ThingName, things, thingsBut } from "../../fixtures/things.ts";
import { rowsOf } from "../../rows.ts";
import { items, ok, post, refused, type Scenario, type TargetInfo } from "../../scenario.ts";

const isPostgres = ({ target }: TargetInfo): boolean => /postgres|pglite|neon/i.test(target);
const onPostgres = (info: TargetInfo): string | undefined =>
  isPostgres(info) ? undefined : "SQLite has no regular expressions";
const elsewhere = (info: TargetInfo): string | undefined =>
  isPostgres(info) ? "Postgres has regular expressions" : undefined;

const CASES: [pattern: string, ...found: ThingName[]][] = [
  ["^[aA]l", "alpha", "alphaUpper"],
  ["pha$", "alpha", "alphaUpper"],
  ["^.pfel$", "appleUpper", "apple"],
  ["^\\w+$", "alpha", "alphaUpper", "beta", "zebra"],
  ["\\d+%", "percent"],
  ["[^\\u0000-\\u{ffff}] ", "grin"],
  ["^(?:be|Ze)(b|t)", "beta", "zebra"],
  ["^$", "unnamed"],
  ["", ...thingsBut("bare")],
  ["\\\\$", "percent"],
  ["^.{5}$", "alpha", "alphaUpper", "appleUpper", "apple", "zebra"],
];

const REFUSED: [pattern: Json, code: ErrorCode][] = [
  ["(", "VALIDATION"],
  ["(?=a)b", "VALIDATION"],
  ["(a)\\1", "VALIDATION"],
  ["\\bab", "VALIDATION"],
  ["\\p{L}", "VALIDATION"],
  ["a{256}", "VALIDATION"],
  ["a".repeat(201), "LIMIT_EXCEEDED"],
  [5, "VALIDATION"],
  ["$user.email", "VALIDATION"],
];

/** Regular expressions where the engine has them; elsewhere they are refused by name, in rules before they are stored. */
export const scenarios: Scenario[] = [
  ...CASES.map(
    ([pattern, ...found]): Scenario => ({
      name: `regular expressions: ${pattern}`,
      as: as.secretKey,
      needs: [things],
      skip: onPostgres,
      request: items("things", { filter: { name: { _regex: pattern } }, sort: "n" }),
      expect: ok(rowsOf(THINGS, ...found)),
    }),
  ),
  ...REFUSED.map(
    ([pattern, code]): Scenario => ({
      name: `regular expressions: ${JSON.stringify(pattern).slice(0, 20)} is refused`,
      as: as.secretKey,
      needs: [things],
      request: items("things", { filter: { name: { _regex: pattern } } }),
      expect: refused(422, code, "filter.name._regex"),
    }),
  ),
  {
    name: "regular expressions: SQLite refuses them by name",
    as: as.secretKey,
    needs: [things],
    skip: elsewhere,
    request: items("things", { filter: { name: { _regex: "^a" } } }),
    expect: {
      ...refused(422, "UNSUPPORTED_BY_ADAPTER"),
      body: { error: { details: { capability: "_regex" } } },
      contains: ["SQLite", "use _like"],
    },
  },
  {
    name: "regular expressions: SQLite refuses a rule with one",
    as: as.secretKey,
    needs: [things],
    skip: elsewhere,
    request: post("/api/permissions", {
      role: "public",
      collection: "things",
      action: "read",
      condition: { name: { _regex: "^a" } },
    }),
    expect: refused(422, "UNSUPPORTED_BY_ADAPTER"),
  },
];
