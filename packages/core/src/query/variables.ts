import { invalid } from "../errors.ts";
import type { Field } from "../fields/field.ts";
import { coerceType, instantAs, isOfDays } from "../fields/index.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import type { VariableName } from "../principal.ts";
import { isLiteral, requirePlain, VARIABLES } from "./literal.ts";
import type { FieldValue, Operand, VariableOperand } from "./query.ts";
import { parseShift, shiftTime } from "./relative-time.ts";

/** Names come from callers, and every object inherits a few that are in no table. */
export function lookup<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** Stands for one value: `{"$now": …}` or `{"$literal": …}`. */
export function isValueObject(value: JsonObject): boolean {
  return isShiftedTime(value) || isLiteral(value);
}

function isShiftedTime(value: JsonObject): boolean {
  const keys = Object.keys(value);
  return keys.length === 1 && keys[0] === "$now";
}

/**
 * A variable, or undefined for a plain value. Throws for a text that only looks like a variable, except in a condition
 * that was stored before such texts were refused.
 */
export function parseVariable(value: Json, path: string, { stored = false } = {}): VariableOperand | undefined {
  if (isObject(value) && isShiftedTime(value))
    return { variable: "now", shift: parseShift(value.$now!, `${path}.$now`) };
  if (typeof value !== "string") return undefined;
  const variable = value[0] === "$" ? lookup(VARIABLES, value) : undefined;
  if (variable) return { variable };
  if (value.startsWith(CLAIM)) return { variable: "user.claims", claim: claimNames(value, path) };
  if (!stored) requirePlain(value, path);
  return undefined;
}

const CLAIM = "$user.claims.";
const CLAIM_NAMES = /^[a-z_][\w-]{0,63}(?:\.[a-z_][\w-]{0,63}){0,3}$/i;

function claimNames(value: string, path: string): string[] {
  const names = value.slice(CLAIM.length);
  if (!CLAIM_NAMES.test(names))
    throw invalid(path, "expected the name of a claim, such as $user.claims.tenant or $user.claims.app.tenant");
  return names.split(".");
}

/** The value of a variable or slot in this request; the time takes the form of `field`, if it is compared with one. */
export function resolveOperand(
  operand: Operand,
  bindings: { values: readonly FieldValue[]; variables: Record<VariableName, unknown> },
  field?: Field,
): FieldValue {
  if ("slot" in operand) return bindings.values[operand.slot]!;
  if ("value" in operand) return operand.value;
  if (operand.claim) return claimOf(operand, bindings.variables["user.claims"] as JsonObject, field);
  const value = bindings.variables[operand.variable] as FieldValue;
  if (operand.variable !== "now") return value;
  const { shift } = operand;
  const at = shift ? shiftTime(value as string, shift, field !== undefined && isOfDays(field)) : (value as string);
  return field ? instantAs(field, at) : at;
}

/** A claim in the type of the field that it is compared with. Null: it is absent, or of another type. */
function claimOf({ claim, list, text }: VariableOperand, claims: JsonObject, field?: Field): FieldValue {
  let value: Json | undefined = claims;
  for (const name of claim!) value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  const typed = (one: Json | undefined): FieldValue => {
    if (one === undefined || one === null || (text && typeof one !== "string")) return null;
    if (!field || text) return typeof one === "object" ? null : one;
    try {
      return coerceType(field, one, "");
    } catch {
      return null;
    }
  };
  if (!list) return typed(value);
  return (Array.isArray(value) ? value : [value]).map(typed).filter((one) => one !== null) as FieldValue;
}
