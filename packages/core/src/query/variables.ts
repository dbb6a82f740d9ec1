import { invalid } from "../errors.ts";
import type { Field } from "../fields/field.ts";
import { coerceType, instantAs } from "../fields/index.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import type { VariableName } from "../principal.ts";
import { isLiteral, requirePlain, VARIABLES } from "./literal.ts";
import type { FieldValue, Operand, Shift, VariableOperand } from "./query.ts";

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

const UNIT_MS: Record<string, number> = {
  weeks: 604_800_000,
  days: 86_400_000,
  hours: 3_600_000,
  minutes: 60_000,
  seconds: 1000,
};
const UNIT_MONTHS: Record<string, number> = { years: 12, months: 1 };

function parseShift(value: Json, path: string): Shift {
  const want = 'expected {"sub": {"days": 7}} or {"add": {"hours": 1}}';
  if (!isObject(value)) throw invalid(path, want);
  const [direction, ...more] = Object.keys(value);
  if ((direction !== "sub" && direction !== "add") || more.length > 0) throw invalid(path, want);
  const units = value[direction]!;
  if (!isObject(units)) throw invalid(path, want);
  let months = 0;
  let milliseconds = 0;
  for (const [unit, amount] of Object.entries(units)) {
    if (typeof amount !== "number" || !Number.isSafeInteger(amount) || Math.abs(amount) > 1_000_000) {
      throw invalid(`${path}.${direction}.${unit}`, "expected a whole number up to 1000000");
    }
    const ofMonths = lookup(UNIT_MONTHS, unit);
    const ofMilliseconds = lookup(UNIT_MS, unit);
    if (ofMonths) months += amount * ofMonths;
    else if (ofMilliseconds) milliseconds += amount * ofMilliseconds;
    else
      throw invalid(`${path}.${direction}.${unit}`, "expected years, months, weeks, days, hours, minutes or seconds");
  }
  return { sign: direction === "add" ? 1 : -1, months, milliseconds };
}

/** `iso` moved by the duration; a day that the target month lacks becomes that month's last. */
export function shiftTime(iso: string, shift: Shift): string {
  const at = new Date(iso);
  if (shift.months !== 0) {
    const day = at.getUTCDate();
    at.setUTCDate(1);
    at.setUTCMonth(at.getUTCMonth() + shift.sign * shift.months);
    const last = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate();
    at.setUTCDate(Math.min(day, last));
  }
  at.setTime(at.getTime() + shift.sign * shift.milliseconds);
  const year = at.getUTCFullYear();
  if (Number.isNaN(year) || year < 1 || year > 9999)
    return shift.sign * (shift.months || shift.milliseconds) > 0
      ? "9999-12-31T23:59:59.999Z"
      : "0001-01-01T00:00:00.000Z";
  return at.toISOString();
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
  const at = operand.shift ? shiftTime(value as string, operand.shift) : (value as string);
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
