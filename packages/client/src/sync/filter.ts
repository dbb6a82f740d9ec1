import { compareText, foldText, type Json, type JsonObject, type PathStep } from "@plinth/core";
import { compareDecimals } from "./decimals.ts";

/** Whether a row matches. */
export type Predicate = (row: JsonObject) => boolean;

/** What a filter means beside its text. */
export interface FilterContext {
  /** The value of `$user.id`. */
  readonly user: () => string | null;
  /** That of `$now`, in milliseconds. */
  readonly now: () => number;
  /** Fields whose texts are numbers. */
  readonly decimals: ReadonlySet<string>;
}

/**
 * The part of a list's filter language that one row decides, with the same result. What needs the server, such as a path
 * through a relation, throws a `TypeError`.
 */
export function compileFilter(filter: JsonObject, context: FilterContext): Predicate {
  return all(Object.entries(filter).map(([key, value]) => member(key, value, context)));
}

function member(key: string, value: Json, context: FilterContext): Predicate {
  const combine = COMBINATORS[key];
  if (combine) return combine(listOf(value).map((inner) => compileFilter(inner as JsonObject, context)));
  return field(stepsOf(key), value, context);
}

/** As the server reads a path: the names between dots, and the indexes of lists in brackets behind them. */
function stepsOf(key: string): PathStep[] {
  return key.split(".").flatMap((segment) => {
    const indexes: number[] = [];
    let name = segment;
    for (let open = name.lastIndexOf("["); open > 0 && name.endsWith("]"); open = name.lastIndexOf("[")) {
      const index = name.slice(open + 1, -1);
      if (!/^(?:0|-?[1-9]\d{0,8})$/.test(index)) break;
      indexes.unshift(Number(index));
      name = name.slice(0, open);
    }
    return [name, ...indexes];
  });
}

const all =
  (of: readonly Predicate[]): Predicate =>
  (row) =>
    of.every((holds) => holds(row));
const some =
  (of: readonly Predicate[]): Predicate =>
  (row) =>
    of.some((holds) => holds(row));
const none =
  (of: readonly Predicate[]): Predicate =>
  (row) =>
    !all(of)(row);

const COMBINATORS: Readonly<Record<string, (of: readonly Predicate[]) => Predicate>> = {
  $and: all,
  _and: all,
  $or: some,
  _or: some,
  $not: none,
  _not: none,
};

function listOf(value: Json): Json[] {
  return Array.isArray(value) ? value : [value];
}

function field(path: readonly PathStep[], value: Json, context: FilterContext): Predicate {
  if (value === null) return leaf(path, "_null", true, context);
  if (typeof value !== "object" || isLiteral(value)) return leaf(path, "_eq", value, context);
  return all(
    Object.entries(value).map(([key, inner]) => {
      if (key in TESTS) return leaf(path, key, inner, context);
      if (key.startsWith("_") || key.startsWith("$")) throw undecidable(`${key} of ${path.join(".")}`);
      return field([...path, ...stepsOf(key)], inner, context);
    }),
  );
}

function leaf(path: readonly PathStep[], operator: string, operand: Json, context: FilterContext): Predicate {
  const given = operandOf(operand, path, context);
  const test = TESTS[operator]!;
  const as = path.length > 1 ? "json" : context.decimals.has(String(path[0])) ? "decimal" : "field";
  return (row) => test(valueAt(row, path), given(), as);
}

function isLiteral(value: Json): value is { $literal: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.hasOwn(value, "$literal");
}

function operandOf(operand: Json, path: readonly PathStep[], context: FilterContext): () => Json {
  if (Array.isArray(operand)) {
    const members = operand.map((one) => operandOf(one, path, context));
    return () => members.map((one) => one());
  }
  if (isLiteral(operand)) return () => operand.$literal;
  if (operand === "$user.id") return context.user;
  if (operand === "$now") return () => new Date(context.now()).toISOString();
  const isVariable = typeof operand === "string" ? operand.startsWith("$") : isMovedTime(operand);
  if (isVariable) throw undecidable(`${JSON.stringify(operand)} of ${path.join(".")}`);
  return () => operand;
}

function isMovedTime(operand: Json): boolean {
  return typeof operand === "object" && operand !== null && Object.hasOwn(operand, "$now");
}

function undecidable(what: string): TypeError {
  return new TypeError(
    `${what.slice(0, 100)} cannot be decided on this device; filter so in the shape, or ask the server`,
  );
}

function valueAt(row: JsonObject, path: readonly PathStep[]): Json {
  let value: Json | undefined = row[String(path[0])];
  for (const key of path.slice(1)) {
    // An id: what lies behind it is in another row.
    if (typeof value === "string") throw undecidable(path.join("."));
    if (typeof key === "number") value = Array.isArray(value) ? value.at(key) : undefined;
    else
      value =
        value && typeof value === "object" && !Array.isArray(value) && Object.hasOwn(value, key)
          ? value[key]
          : undefined;
  }
  return value ?? null;
}

/** A value inside JSON differs from those of other kinds; a field has one kind. */
type ComparedAs = "json" | "decimal" | "field";

type Test = (value: Json, operand: Json, as: ComparedAs) => boolean;

const TESTS: Readonly<Record<string, Test>> = {
  _eq: (value, operand, as) =>
    operand === null ? value === null : compares(value, operand, as, (order) => order === 0),
  _neq: (value, operand, as) => {
    if (operand === null) return value !== null;
    if (as === "json") return value !== null && !compares(value, operand, as, (order) => order === 0);
    return compares(value, operand, as, (order) => order !== 0);
  },
  _gt: (value, operand, as) => compares(value, operand, as, (order) => order > 0),
  _gte: (value, operand, as) => compares(value, operand, as, (order) => order >= 0),
  _lt: (value, operand, as) => compares(value, operand, as, (order) => order < 0),
  _lte: (value, operand, as) => compares(value, operand, as, (order) => order <= 0),
  _between: (value, operand, as) => {
    const [low = null, high = null] = listOf(operand);
    return compares(value, low, as, (order) => order >= 0) && compares(value, high, as, (order) => order <= 0);
  },
  _in: (value, operand, as) => isIn(value, operand, as),
  _nin: (value, operand, as) => value !== null && !isIn(value, operand, as),
  _null: (value, operand) => (value === null) === operand,
  _empty: (value, operand) => isEmpty(value) === operand,
  _nempty: (value, operand) => isEmpty(value) !== operand,
  _contains: (value, operand) =>
    Array.isArray(value)
      ? listOf(operand).every((entry) => value.includes(entry))
      : text(value, operand, (whole, part) => whole.includes(part)),
  _overlaps: (value, operand) => Array.isArray(value) && listOf(operand).some((entry) => value.includes(entry)),
  _contained_in: (value, operand) => Array.isArray(value) && value.every((entry) => listOf(operand).includes(entry)),
  _starts_with: (value, operand) => text(value, operand, (whole, part) => whole.startsWith(part)),
  _ends_with: (value, operand) => text(value, operand, (whole, part) => whole.endsWith(part)),
  _ieq: (value, operand) => text(value, operand, (whole, part) => whole === part, "case"),
  _icontains: (value, operand) => text(value, operand, (whole, part) => whole.includes(part), "case"),
  _istarts_with: (value, operand) => text(value, operand, (whole, part) => whole.startsWith(part), "case"),
  _iends_with: (value, operand) => text(value, operand, (whole, part) => whole.endsWith(part), "case"),
  _unaccent_eq: (value, operand) => text(value, operand, (whole, part) => whole === part, "accents"),
  _unaccent_contains: (value, operand) => text(value, operand, (whole, part) => whole.includes(part), "accents"),
  _unaccent_starts_with: (value, operand) => text(value, operand, (whole, part) => whole.startsWith(part), "accents"),
  _unaccent_ends_with: (value, operand) => text(value, operand, (whole, part) => whole.endsWith(part), "accents"),
};

function text(
  value: Json,
  operand: Json,
  test: (whole: string, part: string) => boolean,
  folding?: "case" | "accents",
): boolean {
  if (typeof value !== "string" || typeof operand !== "string") return false;
  return folding ? test(foldText(value, folding), foldText(operand, folding)) : test(value, operand);
}

function isIn(value: Json, operand: Json, as: ComparedAs): boolean {
  return listOf(operand).some((entry) => compares(value, entry, as, (order) => order === 0));
}

function isEmpty(value: Json): boolean {
  if (value === null || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

/** False where the two cannot be compared. */
function compares(value: Json, operand: Json, as: ComparedAs, test: (order: number) => boolean): boolean {
  const isNumber = as === "decimal" || (as === "field" && typeof operand === "number");
  if (typeof value === "string" && isNumber) {
    const order = compareDecimals(value, String(operand));
    return order !== undefined && test(order);
  }
  if (value === null || typeof value === "object" || typeof value !== typeof operand) return false;
  if (typeof value === "string") return test(compareText(value, likeTime(value, operand as string)));
  return test(Number(value) - Number(operand));
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** A time as the server writes it, where it is compared with one. */
function likeTime(value: string, operand: string): string {
  if (!TIME.test(value) || TIME.test(operand)) return operand;
  const time = Date.parse(operand);
  return Number.isNaN(time) ? operand : new Date(time).toISOString();
}

/** Nulls first, as on the server; values of different kinds in a fixed order. */
export function compareForSort(a: Json | undefined, b: Json | undefined, isDecimal: boolean): number {
  const [kindA, kindB] = [kindOf(a), kindOf(b)];
  if (kindA !== kindB) return kindA - kindB;
  if (typeof a !== "string") return kindA === 0 || kindA === 4 ? 0 : Number(a) - Number(b);
  return (isDecimal && compareDecimals(a, b as string)) || compareText(a, b as string);
}

function kindOf(value: Json | undefined): number {
  if (value === null || value === undefined) return 0;
  return { boolean: 1, number: 2, string: 3 }[typeof value as "boolean"] ?? 4;
}
