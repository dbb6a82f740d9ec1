import type { Folding } from "@plinth/core";
import { literal } from "../../compile/dialect.ts";
import { spelledOut } from "../../compile/spelled-out.ts";

/**
 * SQLite changes the case of A to Z only, and D1 takes no functions of ours. Every other letter of interest is replaced
 * by a query of its own, which plain ASCII texts skip.
 */
export function sqliteFolded(folding: Folding, expression: string, param: string): { text: string; part: string } {
  const item = (i: number): string => `json_extract(${param}, '$[${i}]')`;
  const part = item(0);
  if (IS_COLUMN.test(expression)) return { text: folded(folding, expression, item(1), item(2)), part };
  // The text is used many times, and only a column costs nothing; with a limit, SQLite computes it once.
  return { text: `(select ${folded(folding, "x", item(1), item(2))} from (select ${expression} as x limit 1))`, part };
}

const IS_COLUMN = /^\w+\."[^"]+"$/;

function folded(folding: Folding, text: string, from: string, to: string): string {
  const isShort = `length(${from}) > ${MANY_LETTERS} and length(${text}) <= ${SHORT_TEXT}`;
  const replaced = `case when ${isShort} then ${replacedByText(text, from, to)} else ${replacedByList(text, from, to)} end`;
  const whole = folding === "accents" ? spelledOut(`(${replaced})`) : replaced;
  const isAscii = `length(cast(${text} as blob)) = length(${text})`;
  return `(case when ${isAscii} then lower(${text}) else ${whole} end)`;
}

/** Below this number of letters, replacing each costs less than looking at the text's own. */
const MANY_LETTERS = 8;
/** Looking at a text's own letters copies its rest for each of them. */
const SHORT_TEXT = 255;

/** A step for each letter of the list. */
function replacedByList(text: string, from: string, to: string): string {
  return `(with recursive folding(i, s) as (select 1, lower(${text}) union all select i + 1, replace(s, substr(${from}, i, 1), substr(${to}, i, 1)) from folding where i <= length(${from})) select s from folding where i > length(${from}))`;
}

/** A step for each different letter of the text that is no common one. */
function replacedByText(text: string, from: string, to: string): string {
  const first = "substr(rest, 1, 1)";
  const replaced = `case when instr(${from}, ${first}) > 0 then replace(s, ${first}, substr(${to}, instr(${from}, ${first}), 1)) else s end`;
  return `(with recursive folding(s, rest) as (select lower(${text}), ltrim(lower(${text}), ${COMMON}) union all select ${replaced}, ltrim(replace(rest, ${first}, ''), ${COMMON}) from folding where rest <> '') select s from folding where rest = '')`;
}

const COMMON = literal(" etaoinsrhldcumfpgwybvkxjqz0123456789-.,'/()&");
