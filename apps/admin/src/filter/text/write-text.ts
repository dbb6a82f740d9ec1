import { isLiteral, type Json, type JsonObject, plainValue } from "@plinth/core";
import { type FilterField, jsonPath } from "../fields.ts";
import { type FilterOperator, operatorFor } from "../operators.ts";
import { type FilterCondition, type FilterGroup, type FilterNode, writeFilter } from "../tree.ts";
import { isVariable } from "../values.ts";
import type { TextContext } from "./context.ts";
import { formsOf } from "./operator-words.ts";
import { readText } from "./read-text.ts";
import { writeAgo } from "./read-value.ts";

/** A filter as the line that `readText` reads as the same filter. What has no words is written as JSON. */
export function writeText(group: FilterGroup, context: TextContext): string {
  const text = group.negated ? writePart(group, context) : writeJoined(group, context);
  return text ?? "";
}

/** `undefined`: nothing of it is filled in. */
function writeJoined({ join, children }: FilterGroup, context: TextContext): string | undefined {
  const parts = children.flatMap((child) => writePart(child, context) ?? []);
  return parts.length === 0 ? undefined : parts.join(` ${join} `);
}

function writePart(node: FilterNode, context: TextContext): string | undefined {
  if (node.kind === "raw") return JSON.stringify(node.filter);
  if (node.kind === "condition")
    return node.value === undefined ? undefined : writeCondition(node, node.value, context);
  const inner = writeJoined(node, context);
  return inner === undefined ? undefined : `${node.negated ? "not " : ""}(${inner})`;
}

function writeCondition(condition: FilterCondition, value: Json, context: TextContext): string {
  const filter = writeFilter(condition)!;
  const field = context.find(condition.path);
  const inWords = field && inForms(condition, value, field);
  // What would be read as something else has no words.
  return inWords?.find((text) => isRead(text, filter, context)) ?? JSON.stringify(filter);
}

function isRead(text: string, filter: JsonObject, context: TextContext): boolean {
  const reading = readText(text, context);
  return reading.kind === "conditions" && JSON.stringify(writeFilter(reading.group)) === JSON.stringify(filter);
}

/** The ways to write a condition, the simplest first. */
function inForms({ path, op }: FilterCondition, value: Json, field: FilterField): readonly string[] {
  const operator = operatorFor(field.field, op, value, jsonPath(field) !== "");
  const begin = `${path} ${formsOf(operator)[0] ?? op}`;
  if (operator.operand === "none") return [begin];
  if (operator.operand === "period") return [`${begin} ${String(value)}`];
  return [false, true].map((quoted) => `${begin} ${operandText(value, operator, quoted)}`);
}

function operandText(value: Json, { operand }: FilterOperator, quoted: boolean): string {
  if (!Array.isArray(value)) return valueText(value, quoted);
  const texts = value.map((one) => valueText(one, quoted));
  if (operand === "pair") return texts.join(" and ");
  return texts.length === 0 ? "[]" : `(${texts.join(", ")})`;
}

const PLAIN = /^[\p{L}\p{N}_+-][\p{L}\p{M}\p{N}_.:+-]*$/u;

function valueText(value: Json, quoted: boolean): string {
  if (typeof value !== "string") return writeAgo(value) ?? JSON.stringify(isLiteral(value) ? plainValue(value) : value);
  if (isVariable(value)) return value;
  return !quoted && PLAIN.test(value) ? value : JSON.stringify(value);
}
