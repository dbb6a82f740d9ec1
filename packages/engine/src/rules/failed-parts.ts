import {
  type Condition,
  excerpt,
  isObject,
  isValueObject,
  type Json,
  type JsonObject,
  type Rule,
  type Variables,
} from "@plinth/core";

/** A part of a rule's condition or check that does not hold for an item. */
export interface FailedPart {
  /** As a filter; null: the rule does not include the fields of the write. */
  readonly condition: Json;
  /** In words, with what the item has. */
  readonly message: string;
}

/** What is known of the item whose condition is looked at. */
export interface TestedItem {
  /** Its values, where they are known. */
  readonly row: JsonObject;
  readonly variables: Variables;
  parse(part: JsonObject): Condition;
  /** Null: it cannot be known. */
  holds(condition: Condition): Promise<boolean | null>;
}

/** Parts of one condition that are tested on their own: each may be a statement. */
const MAX_PARTS = 30;

/** The parts of a condition that do not hold, each as small as possible. All parts of a condition must hold. */
export async function failedParts(condition: JsonObject, item: TestedItem): Promise<FailedPart[]> {
  const failed: FailedPart[] = [];
  for (const part of partsOf(condition).slice(0, MAX_PARTS)) {
    if ((await item.holds(item.parse(part))) === false) failed.push({ condition: part, message: wordsOf(part, item) });
  }
  return failed;
}

/** A write gives fields that the rule does not include. */
export function missingFields({ fields }: Rule, provided: readonly string[]): FailedPart {
  const missing = provided.filter((name) => name !== "id" && !fields?.includes(name));
  return { condition: null, message: `the rule does not include ${listedNames(missing)}` };
}

const AND = ["$and", "_and"];
const OR = ["$or", "_or"];
const NOT = ["$not", "_not"];

function partsOf(condition: JsonObject): JsonObject[] {
  return Object.entries(condition).flatMap(([key, value]): JsonObject[] => {
    if (AND.includes(key)) return (Array.isArray(value) ? value : [value]).filter(isObject).flatMap(partsOf);
    if (OR.includes(key) || NOT.includes(key) || !isObject(value) || isValueObject(value)) return [{ [key]: value }];
    const operators = Object.entries(value);
    if (!operators.every(([name]) => name.startsWith("_"))) return [{ [key]: value }];
    return operators.map(([name, operand]) => ({ [key]: { [name]: operand } }));
  });
}

const WORDS: Readonly<Record<string, string>> = {
  _eq: "be",
  _neq: "not be",
  _gt: "be greater than",
  _gte: "be at least",
  _lt: "be less than",
  _lte: "be at most",
  _in: "be one of",
  _nin: "be none of",
  _between: "be between",
  _contains: "contain",
  _icontains: "contain, in upper or lower case,",
  _starts_with: "begin with",
  _ends_with: "end with",
};

function wordsOf(part: JsonObject, item: TestedItem): string {
  const [[key, value]] = Object.entries(part) as [[string, Json]];
  if (OR.includes(key)) return `one of these must hold, and none does: ${shown(value)}`;
  if (NOT.includes(key)) return `this must not hold, and it does: ${shown(value)}`;
  return `${key} must ${requirement(value, item.variables)}${whatItIs(key, item.row)}`;
}

function requirement(value: Json, variables: Variables): string {
  if (!isObject(value) || isValueObject(value)) {
    return value === null ? "have no value" : `be ${operandText(value, variables)}`;
  }
  const [operator, operand] = Object.entries(value)[0] ?? [];
  if (operator === "_null") return operand === true ? "have no value" : "have a value";
  const words = operator === undefined ? undefined : WORDS[operator];
  return words === undefined ? `satisfy ${shown(value)}` : `${words} ${operandText(operand!, variables)}`;
}

/** A variable with its value. */
function operandText(operand: Json, variables: Variables): string {
  const name = typeof operand === "string" && operand.startsWith("$") ? operand.slice(1) : undefined;
  if (name === undefined || !Object.hasOwn(variables, name)) return shown(operand);
  return `${operand}, which is ${shown(variables[name as keyof Variables])}`;
}

function shown(value: unknown): string {
  return excerpt(JSON.stringify(value ?? null));
}

function whatItIs(field: string, row: JsonObject): string {
  return Object.hasOwn(row, field) ? `; it is ${shown(row[field])}` : "";
}

function listedNames(names: readonly string[]): string {
  return names.length === 1 ? `the field ${names[0]}` : `the fields ${names.join(", ")}`;
}
