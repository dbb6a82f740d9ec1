import {
  AFTER_ACCENT_KEYS,
  accentKeysOf,
  type Condition,
  caseKeysOf,
  type Field,
  type FieldRef,
  type Folding,
  foldedIndexes,
  foldText,
  lettersFoldedInto,
  longTextField,
  resolveOperand,
} from "@plinth/core";
import type { Statement } from "./condition.ts";
import { literal } from "./dialect.ts";

type TextFieldCondition = Extract<Condition, { ref: FieldRef; kind: "text" }>;

/** A test of `text`, an expression in SQL; `indexed` is the field whose bare column that is, if it is one. */
export function compileText(
  statement: Statement,
  condition: TextFieldCondition,
  text: string,
  indexed: Field | undefined,
): string {
  const { dialect } = statement;
  const { op, folding, operand } = condition;
  const form = (part: string): string => (op === "like" || op === "regex" ? dialect.pattern(op, part) : part);
  const param = statement.bind((b) => {
    const part = resolveOperand(operand, b) as string | null;
    if (part === null) return null;
    return folding ? foldedOperand(part, folding, form) : form(part);
  });
  if (!folding) return dialect.text(op, text, param);
  const folded = dialect.folded(folding, text, param);
  const test = dialect.text(op, folded.text, folded.part);
  const key = indexed && keyTest(statement, condition, text, indexed);
  return key ? `(${key} and ${test})` : test;
}

/** A condition that an index serves, and that holds for every text for which the folded one does. */
function keyTest(
  statement: Statement,
  condition: TextFieldCondition,
  column: string,
  field: Field,
): string | undefined {
  const { dialect } = statement;
  const { op, operand } = condition;
  const keys = (keysOf: (part: string) => string[]): string =>
    statement.bind((b) => {
      const part = resolveOperand(operand, b) as string | null;
      return dialect.encodeList(KEY_FIELD, part === null ? [] : keysOf(part));
    });
  const index = foldedIndexes(condition).find((setting) => field[setting]);
  if (index === "indexed_ignore_case") return dialect.isIn(KEY_FIELD, dialect.caseKey(column), keys(caseKeysOf));
  if (index === undefined || !statement.takeAccentKey()) return;
  const key = dialect.accentKey(column);
  const isAmong = dialect.isAnyOf(key, keys(accentKeysOf));
  if (op === "equals") return isAmong;
  const start = dialect.typed(
    KEY_FIELD,
    statement.bind((b) => {
      const part = resolveOperand(operand, b) as string | null;
      return part === null ? null : foldText(part, "accents");
    }),
  );
  return `(${isAmong} or (${key} >= ${start} and ${key} < ${start} || ${literal(AFTER_ACCENT_KEYS)}))`;
}

const KEY_FIELD = longTextField("key");

/** All that a folded comparison binds, in one parameter, as some engines take few: see `SqlDialect.folded`. */
function foldedOperand(text: string, folding: Folding, form: (part: string) => string): string {
  const part = foldText(text, folding);
  const { from, to } = lettersFoldedInto(part, folding);
  return JSON.stringify([form(part), from, to]);
}
