import { fieldType, type Json, nearest } from "@plinth/core";
import { type FilterField, jsonPath } from "../fields.ts";
import { type FilterOperator, operatorByKey, operatorsOf } from "../operators.ts";
import { DURING, ownZone, readPeriod, writePeriod } from "../periods.ts";
import { type FilterNode, newCondition, newGroup } from "../tree.ts";
import type { TextContext } from "./context.ts";
import { formsOf, operatorForms } from "./operator-words.ts";
import type { ProblemReason } from "./problem.ts";
import { readAgo, readToken, type ValueToken } from "./read-value.ts";
import type { TokenReader } from "./token-reader.ts";

const MOST_EXAMPLES = 4;

/** A field, an operator and its value, which begin where the reader stands. */
export function readCondition(reader: TokenReader, context: TextContext): FilterNode {
  const field = readField(reader, context);
  const { operator, negated } = readOperator(reader, field);
  const node = withValue(reader, context, field, operator);
  return negated ? { ...newGroup("and", [node]), negated: true } : node;
}

function readField(reader: TokenReader, context: TextContext): FilterField {
  const token = reader.peek();
  if (token.kind === "open-quote") reader.stop({ code: "quote_open" }, { kind: "field" });
  if (token.kind !== "word" || reader.isJoin(token)) reader.stop({ code: "field_missing" }, { kind: "field" });
  const name = token.text;
  const field = context.find(name);
  if (!field) {
    // Words beside each other are no condition; a sign such as `=` says that one is meant.
    reader.next();
    reader.isMeant ||= reader.atSign();
    reader.stop({ code: "field_unknown", name, near: context.near(name) }, { kind: "field" }, token.at);
  }
  reader.next();
  return field;
}

function readOperator(reader: TokenReader, field: FilterField) {
  const inside = jsonPath(field) !== "";
  const operators = operatorsOf(field.field, inside);
  const expected = { kind: "operator", field } as const;
  const { at } = reader.peek();
  const found = reader.takeForm(operatorForms(operators));
  if (found) {
    reader.isMeant = true;
    return { operator: operatorByKey(field.field, found.key, inside), negated: found.negated };
  }
  const other = reader.takeAnyForm();
  if (other === undefined) reader.stop({ code: "operator_missing", name: field.path }, expected);
  reader.isMeant = true;
  const forms = operators.map((operator) => formsOf(operator)[0]!);
  return reader.stop({ code: "operator_wrong", name: field.path, operator: other, forms }, expected, at);
}

function withValue(
  reader: TokenReader,
  context: TextContext,
  field: FilterField,
  operator: FilterOperator,
): FilterNode {
  const { path } = field;
  const { op, operand, fixed } = operator;
  if (operand === "none") return { ...newCondition(path, op), value: fixed };
  if ((op === "_eq" || op === "_neq") && reader.takeWord("null"))
    return { ...newCondition(path, "_null"), value: op === "_eq" };
  const one = () => readOne(reader, context, field, operator);
  if (operand === "period" || (op === "_eq" && fieldType(field.field).kind === "time")) {
    const period = readPeriodWords(reader);
    if (period !== undefined) return { ...newCondition(path, DURING), value: period };
  }
  if (operand === "period") reader.stop(noPeriod(reader, field), { kind: "value", field, operator });
  if (operand === "list") return { ...newCondition(path, op), value: readList(reader, one) };
  const value = one();
  if (operand !== "pair") return { ...newCondition(path, op), value };
  if (!reader.takeWord("and")) reader.stop({ code: "and_missing", name: path }, { kind: "join" });
  return { ...newCondition(path, op), value: [value, one()] };
}

/** `today`, `this month`, `last 7 days`, and a time zone behind them. */
function readPeriodWords(reader: TokenReader): string | undefined {
  for (const count of [3, 2, 1]) {
    const words = reader.words(count);
    const name = words.join(" ");
    if (words.includes(undefined) || !readPeriod(name)) continue;
    for (let i = 0; i < count; i++) reader.next();
    const [word] = reader.words(1);
    const zone = reader.peek(1);
    const zoned = word === "in" && zone.kind === "word" ? readPeriod(`${name} in ${zone.text}`) : undefined;
    if (!zoned) return writePeriod(readPeriod(name)!);
    reader.next();
    reader.next();
    return writePeriod(zoned.zone === ownZone() ? readPeriod(name)! : zoned);
  }
  return undefined;
}

function noPeriod(reader: TokenReader, { path: name }: FilterField): ProblemReason {
  const token = reader.peek();
  if (token.kind !== "word" && token.kind !== "quoted") return { code: "value_missing", name };
  return { code: "value_wrong", name, value: token.text, examples: ["today", "this month", "last 7 days"] };
}

/** `(a, b)`, one value, or a variable or JSON that stands for all. */
function readList(reader: TokenReader, one: () => Json): Json {
  if (!reader.takeSymbol("(")) {
    const { kind } = reader.peek();
    const value = one();
    return Array.isArray(value) || (typeof value === "string" && value.startsWith("$") && kind === "word")
      ? value
      : [value];
  }
  const values: Json[] = [];
  do values.push(one());
  while (reader.takeSymbol(","));
  if (!reader.takeSymbol(")")) reader.stop({ code: "bracket_open" }, { kind: "join" });
  return values;
}

function readOne(reader: TokenReader, context: TextContext, field: FilterField, operator: FilterOperator): Json {
  const expected = { kind: "value", field, operator } as const;
  const token = reader.peek();
  if (token.kind === "open-quote") reader.stop({ code: "quote_open" }, expected);
  if (token.kind === "end" || token.kind === "symbol" || reader.isJoin(token))
    return reader.stop({ code: "value_missing", name: field.path }, expected);
  if (token.kind === "json" && token.value === undefined) reader.stop({ code: "json_invalid" }, expected);
  if (fieldType(field.field).kind === "time") {
    const time = readAgo(reader.words(3));
    if (time !== undefined) {
      for (let i = 0; i < 3; i++) reader.next();
      return time;
    }
  }
  const value = readToken(token, field, operator);
  if (value === undefined) reader.stop(wrongValue(token, context, field), expected);
  reader.next();
  return value;
}

function wrongValue(token: ValueToken, context: TextContext, field: FilterField): ProblemReason {
  const name = field.path;
  const value = token.kind === "json" ? "{…}" : token.text;
  const path = context.titlePath(field);
  return path === undefined
    ? { code: "value_wrong", name, value, examples: examplesFor(field, value) }
    : { code: "value_is_item", name, path };
}

const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  boolean: ["true", "false"],
  uuid: ["018f4e9a-5c1e-7b3a-9c2d-0123456789ab"],
};
const EXAMPLES_BY_STORAGE: Readonly<Record<string, readonly string[]>> = {
  bigint: ["12"],
  double: ["1.5"],
  numeric: ["9.90"],
  date: ["2024-05-01", "7 days ago"],
  timestamp: ["2024-05-01T10:00:00Z", "7 days ago"],
};

/** Values that the field takes; of choices the one that is probably meant, else some of them. */
export function examplesFor({ field }: FilterField, value = ""): readonly string[] {
  const { kind, storage } = fieldType(field);
  if (field.values !== undefined) {
    const near = nearest(value, field.values);
    return near === undefined ? field.values.slice(0, MOST_EXAMPLES) : [near];
  }
  return EXAMPLES[kind] ?? EXAMPLES_BY_STORAGE[storage ?? ""] ?? [];
}
