import { isEqual, type Json, type JsonObject } from "@plinth/core";
import { addDecimals } from "./decimals.ts";

/** The row after an update, as the server will compute it. */
export function patched(row: JsonObject, data: JsonObject): JsonObject {
  const result = { ...row };
  for (const [name, value] of Object.entries(data)) {
    const operator = operatorIn(value);
    result[name] = operator ? OPERATORS[operator.name](row[name] ?? null, operator.operand) : value;
  }
  return result;
}

/** `{"$inc": 2}`: a change that need not know the value. */
export function operatorIn(value: Json | undefined): { name: OperatorName; operand: Json } | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const [first, ...others] = Object.entries(value);
  if (!first || others.length > 0 || !Object.hasOwn(OPERATORS, first[0])) return undefined;
  return { name: first[0] as OperatorName, operand: first[1] };
}

type OperatorName = "$inc" | "$append" | "$remove";

const OPERATORS: Record<OperatorName, (value: Json, operand: Json) => Json> = {
  $inc: (value, operand) =>
    typeof value === "string" ? addDecimals(value, String(operand)) : Number(value ?? 0) + Number(operand),
  $append: (value, operand) => [...listIn(value), ...listIn(operand)],
  $remove: (value, operand) =>
    Array.isArray(value) ? value.filter((entry) => !listIn(operand).some((gone) => isEqual(entry, gone))) : value,
};

function listIn(value: Json): Json[] {
  return Array.isArray(value) ? value : [];
}
