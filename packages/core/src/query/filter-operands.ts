import { invalid } from "../errors.ts";
import { excerptOf } from "../excerpt.ts";
import { checkJson, coerceType, isText, variableFits } from "../fields/index.ts";
import { wellFormed } from "../fields/string.ts";
import type { Json } from "../json.ts";
import { isListVariable, type VariableName } from "../principal.ts";
import { checkLike } from "./like.ts";
import { plainValue } from "./literal.ts";
import { type FieldRef, type FieldValue, type JsonKind, type Operand, resultField } from "./query.ts";
import type { FilterContext } from "./reference.ts";
import { checkRegex } from "./regex.ts";
import { type Folding, foldText } from "./text-folding.ts";
import { parseVariable } from "./variables.ts";

export const MAX_LIST = 1000;

/** What a filter's operators compare with: values of the field's type, which become slots, and variables. */
export class OperandParser {
  constructor(
    private readonly context: Pick<FilterContext, "mode" | "stored">,
    private readonly shape: string[],
    private readonly values: FieldValue[],
  ) {}

  /** A pattern of someone's own email would let its characters mean something, so variables are refused. */
  pattern(
    op: "like" | "regex",
    value: Json,
    folding: Folding | undefined,
    path: string,
  ): { operand: Operand; as?: JsonKind } {
    if (parseVariable(value, path, this.context)) throw invalid(path, "a variable cannot be a pattern");
    const pattern = wellFormed(plainValue(value), path);
    if (op === "regex") checkRegex(pattern, path);
    else checkLike(folding ? foldText(pattern, folding) : pattern, path);
    this.shape.push("?");
    return { operand: this.slot(pattern) };
  }

  variable(value: Json, variable: Operand): Operand {
    this.shape.push(JSON.stringify(value), ";");
    return variable;
  }

  scalars(value: Json, path: string): Operand {
    const given = Array.isArray(value) ? value : [value];
    if (given.length > MAX_LIST) throw invalid(path, `a list may hold at most ${MAX_LIST} values`, "LIMIT_EXCEEDED");
    const list = given.map((one, i) => {
      const at = given === value ? `${path}.${i}` : path;
      if (parseVariable(one, at, this.context)) throw invalid(at, "a variable cannot be in a list");
      const item = plainValue(one);
      if (item === null || typeof item === "object") throw invalid(at, "expected a text, number or boolean");
      return checkJson(item, at);
    });
    this.shape.push("*");
    return this.slot(list as FieldValue);
  }

  operand(ref: FieldRef, value: Json, path: string): { operand: Operand; as?: JsonKind } {
    const variable = parseVariable(value, path, this.context);
    if (variable) {
      if (isListVariable(variable.variable)) throw invalid(path, `$${variable.variable} is a list; use _in`);
      requireFitting(ref, variable.variable, path);
      this.shape.push(JSON.stringify(value), ";");
      const text = variable.claim && (ref.path || isText(resultField(ref)));
      return {
        operand: text ? { ...variable, text: true } : variable,
        ...(ref.path && { as: "string" as const }),
      };
    }
    const { typed, as } = this.literal(ref, value, path);
    this.shape.push(as ?? "", "?");
    return { operand: this.slot(typed), ...(as && { as }) };
  }

  literal(ref: FieldRef, given: Json, path: string): { typed: FieldValue; as?: JsonKind } {
    const value = plainValue(given);
    if (!ref.path) return { typed: coerceType(resultField(ref), value, path) };
    const as = typeof value;
    if (as !== "string" && as !== "number" && as !== "boolean")
      throw invalid(path, `expected a text, number or boolean, got ${excerptOf(value)}`);
    return { typed: checkJson(value, path), as };
  }

  slot(value: FieldValue): Operand {
    if (this.context.mode === "inline") {
      this.shape.push(JSON.stringify(value), ";");
      return { value };
    }
    this.values.push(value);
    return { slot: this.values.length - 1 };
  }
}

export function requireFitting(ref: FieldRef, variable: VariableName, path: string): void {
  const field = resultField(ref);
  if (!ref.path && !variableFits(field, variable)) {
    throw invalid(path, `$${variable} cannot be compared with ${field.name}, whose type is ${field.type}`);
  }
}
