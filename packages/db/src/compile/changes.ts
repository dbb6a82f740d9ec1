import {
  arithmeticOf,
  coerceType,
  DOCUMENT_COLUMN,
  doubleField,
  type Field,
  type FieldChange,
  isJson,
  jsonField,
  type TextStart,
} from "@plinth/core";
import { quoted } from "./columns.ts";
import type { Statement } from "./condition.ts";
import { quote } from "./dialect.ts";

/** The prefix by which a driver recognises a failed guard. */
export function guardText(label: string): string {
  return `plinth_guard:${label}`;
}

/**
 * The new value of a column under changes that depend on the old one. A value of the wrong kind or out of bounds fails
 * the statement itself, so the check and the write are atomic.
 */
export function changedColumn(statement: Statement, alias: string, change: FieldChange): string {
  const { field } = change;
  const column = `${alias}.${quoted(field)}`;
  if (isJson(field)) return changedJson(statement, column, column, change);
  const { dialect } = statement;
  if (change.op === "replace_start") {
    const { characters, by } = change.value as unknown as TextStart;
    return `${dialect.typed(field, statement.value(by))} || substr(${column}, ${characters + 1})`;
  }
  const encode = dialect.encoder(field);
  const old = `coalesce(${column}, 0)`;
  const param = dialect.typed(field, statement.value(encode(change.value)));
  const sum = `${old} + ${param}`;
  const bound = (value: string | number): string =>
    dialect.typed(field, statement.value(encode(coerceType(field, value, field.name))));
  const [low, high] = boundsOf(field);
  const finite = arithmeticOf(field).exact ? "" : `${dialect.sumIsFinite(old, param)} and `;
  const fits = `${finite}${sum} >= ${bound(low)} and ${sum} <= ${bound(high)}`;
  return `case when ${fits} then ${sum} else ${dialect.fail(statement.value(guardText(change.label)))} end`;
}

/** The document column under changes of its top-level keys; `merged` is its value after the rest of the write. */
export function changedDocument(
  statement: Statement,
  alias: string,
  merged: string,
  changes: readonly FieldChange[],
): string {
  const column = `${alias}.${quote(DOCUMENT_COLUMN)}`;
  return changes.reduce((document, change) => changedJson(statement, column, document, change), merged);
}

const JSON_VALUE = jsonField("json");
const NUMBER = doubleField("number");
const MAX_DOUBLE = 1.797693134862315e308;
/** 2^53: from here on, doubles leave out whole numbers. */
const INEXACT = 9007199254740992;

function changedJson(statement: Statement, column: string, target: string, change: FieldChange): string {
  const { dialect } = statement;
  const { json } = dialect;
  const { key, op } = change;
  const old = json.at(column, key);
  const bound = statement.value(op === "inc" ? (change.value as number) : JSON.stringify(change.value));
  const param = op === "inc" ? dialect.typed(NUMBER, bound) : bound;
  const put = (value: string): string => (key === undefined ? value : json.set(target, key, value));
  const fail = dialect.failAs(JSON_VALUE, statement.value(guardText(change.label)));
  const kind = op === "inc" ? "number" : "array";
  if (op === "remove") {
    const rest = `case when ${json.isKind(old, kind)} then ${put(json.remove(old, param))} else ${fail} end`;
    return `case when ${json.isNull(old)} then ${target} else ${rest} end`;
  }
  let good = `(${json.isNull(old)} or ${json.isKind(old, kind)})`;
  if (op === "inc") {
    const number = `case when ${json.isKind(old, kind)} then ${json.sum(old, "0")} else 0 end`;
    const finite = json.sumIsFinite ? `${json.sumIsFinite(number, param)} and ` : "";
    const sum = `case when ${json.isKind(old, kind)} then ${json.sum(old, param)} else 0 end`;
    // A counter that leaves the exact range would stand still, or skip; larger doubles are no counters.
    const counts = `(abs(${sum}) < ${INEXACT} or abs(${number}) > ${INEXACT} or abs(${param}) > ${INEXACT})`;
    good = `case when ${good} then ${finite}abs(${sum}) <= ${MAX_DOUBLE} and ${counts} else 1 = 0 end`;
  }
  const made = op === "inc" ? json.inc(json.nullIfNull(old), param) : json.append(old, param);
  return `case when ${good} then ${put(made)} else ${fail} end`;
}

function boundsOf(field: Field): [low: string | number, high: string | number] {
  const widest = arithmeticOf(field).widest(field);
  return [field.min ?? negative(widest), field.max ?? widest];
}

function negative(value: string | number): string | number {
  return typeof value === "number" ? -value : `-${value}`;
}
