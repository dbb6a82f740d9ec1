import { fieldType } from "@plinth/core";
import { jsonPath } from "../fields.ts";
import { operatorsOf } from "../operators.ts";
import { OFFERED_PERIODS } from "../periods.ts";
import type { TextContext } from "./context.ts";
import { formsOf } from "./operator-words.ts";
import type { Expected } from "./problem.ts";
import { readText } from "./read-text.ts";

/** Something that can stand in the text from `from` up to the caret. */
export interface Completion {
  readonly text: string;
  /** The type of a field. */
  readonly hint?: string;
}

export interface Completions {
  readonly from: number;
  readonly options: readonly Completion[];
}

const MOST = 8;
const NONE: Completions = { from: 0, options: [] };
const TIMES = ["now", "1 day ago", "7 days ago", "30 days ago", "1 year ago"] as const;

/** What can be typed at the caret: names of fields, then operators, then values where they are few, then `and` and `or`. */
export function completionsAt(text: string, caret: number, context: TextContext): Completions {
  const before = text.slice(0, caret);
  const word = /[^\s(),=<>~!"]*$/.exec(before)![0];
  const head = before.slice(0, before.length - word.length);
  const { at, expected } = expectedAfter(head, context);
  // Of an operator of two words, the first one can stand before the caret's word.
  const from = expected.kind === "operator" && at < head.length ? at : head.length;
  if (at < from) return NONE;
  return { from, options: matching(optionsFor(expected, context), before.slice(from)) };
}

function expectedAfter(head: string, context: TextContext): { readonly at: number; readonly expected: Expected } {
  if (head.trim() === "") return { at: head.length, expected: { kind: "field" } };
  const reading = readText(head, context);
  if (reading.kind === "conditions") return { at: head.length, expected: { kind: "join" } };
  return reading.problem;
}

function optionsFor(expected: Expected, { fields }: TextContext): readonly Completion[] {
  switch (expected.kind) {
    case "field":
      return fields.map(({ path, field }) => ({ text: path, hint: field.type }));
    case "operator": {
      const { field } = expected;
      return operatorsOf(field.field, jsonPath(field) !== "").map((operator) => ({ text: formsOf(operator)[0]! }));
    }
    case "value":
      return valuesOf(expected).map((text) => ({ text }));
    case "join":
      return [{ text: "and" }, { text: "or" }];
  }
}

function valuesOf({ field: { field }, operator }: Extract<Expected, { kind: "value" }>): readonly string[] {
  if (operator.operand === "text") return [];
  const { kind } = fieldType(field);
  if (field.values !== undefined)
    return field.values.map((value) => (/^[\p{L}\p{N}_-]+$/u.test(value) ? value : JSON.stringify(value)));
  if (kind === "boolean") return ["true", "false"];
  if (operator.operand === "period") return OFFERED_PERIODS;
  return kind === "time" ? [...TIMES, ...(operator.op === "_eq" ? OFFERED_PERIODS : [])] : [];
}

/** Those that begin with what is typed, then those that contain it. One that is typed already is not offered. */
function matching(options: readonly Completion[], typed: string): readonly Completion[] {
  const wanted = typed.toLowerCase();
  const rank = ({ text }: Completion): number => {
    const at = text.toLowerCase().replace(/^"/, "").indexOf(wanted);
    return at === 0 ? 0 : at > 0 && wanted.length > 1 ? 1 : 2;
  };
  const found = options.filter((option) => rank(option) < 2 && option.text !== typed);
  return found.toSorted((a, b) => rank(a) - rank(b)).slice(0, MOST);
}
