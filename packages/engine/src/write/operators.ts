import {
  type Collection,
  checkJson,
  checkPathSegment,
  coerceType,
  DOCUMENT_FIELD,
  excerpt,
  type Field,
  type FieldChange,
  invalid,
  isJson,
  isNumeric,
  isObject,
  isSystemField,
  type Json,
  type JsonObject,
  lookup,
} from "@plinth/core";

/** `{"$inc": 1}`, `{"$append": […]}`, `{"$remove": […]}`: changes that do not need to know the stored value. */

const OPERATORS = ["$inc", "$append", "$remove"] as const;
type WriteOperator = (typeof OPERATORS)[number];
const isOperator = (key: string): key is WriteOperator => (OPERATORS as readonly string[]).includes(key);
const MAX_ELEMENTS = 1000;

/** The change that a value requests, or undefined for an ordinary value. `field` is absent for a document's key. */
export function parseChange(
  collection: Collection,
  name: string,
  field: Field | undefined,
  value: Json,
  path: string,
): FieldChange | undefined {
  // For fields that the server sets, an operator is refused like any other value.
  if (!isObject(value) || isSystemField(name)) return undefined;
  const keys = Object.keys(value);
  const counter = field !== undefined && isNumeric(field);
  const list = field === undefined ? collection.kind === "document" : isJson(field);
  if (keys.length === 0 || (!counter && !list)) return undefined;
  const known = keys.filter(isOperator);
  if (known.length < keys.length) {
    const other = keys.find((key) => key.startsWith("$") && !isOperator(key));
    if (!counter || other === undefined) return undefined;
    throw invalid(`${path}.${other}`, `there is no operator ${excerpt(other)}; use $inc`, "UNKNOWN_OPERATOR");
  }
  const [operator, ...more] = known;
  if (more.length > 0) throw invalid(path, `expected one operator, but found ${known.join(" and ")}`);
  const at = `${path}.${operator}`;
  if (counter && operator !== "$inc")
    throw invalid(at, `${name} has the type ${field.type} and is not a list; use $inc`, "UNKNOWN_OPERATOR");
  const op = operator!.slice(1) as FieldChange["op"];
  const operand = op === "inc" ? amountOf(field, value.$inc!, at) : elementsOf(value, operator!, at);
  const document = field === undefined;
  if (document) {
    checkPathSegment(name, path);
    if (name.includes(".")) {
      const outer = excerpt(name.slice(0, name.indexOf(".")));
      const message = `${operator} is for a whole top-level key, and a key with a dot takes values only; to change what is inside of ${outer}, give all of ${outer}, with If-Match`;
      throw invalid(at, message, "UNKNOWN_OPERATOR");
    }
  }
  return {
    field: field ?? DOCUMENT_FIELD,
    ...(document && { key: name }),
    op,
    value: operand,
    label: `change:${name}`,
  };
}

/** Update operators of other databases, and what to write instead. */
const READ_FIRST = "read the item, and write the value with If-Match";
const FOREIGN: Readonly<Record<string, string>> = {
  $increment: "use $inc",
  $add: "use $inc",
  $push: "use $append",
  $addToSet: "use $append",
  $pull: "use $remove",
  $pullAll: "use $remove",
  $set: "give the value itself",
  $setOnInsert: "give the value itself",
  $unset: "give null",
  $rename: "give the new key its value, and the old one null",
  $mul: READ_FIRST,
  $min: READ_FIRST,
  $max: READ_FIRST,
  $pop: READ_FIRST,
  $currentDate: READ_FIRST,
};

/**
 * Refuses an operator inside a value, where it would be stored as data, also beside other keys. Other keys that begin
 * with `$`, such as `$ref`, are data. To store an operator's name as data, replaces the item.
 */
export function refuseStoredOperators(value: Json, path: string): void {
  if (typeof value !== "object" || value === null) return;
  for (const [key, one] of Object.entries(value)) {
    const at = `${path}.${key}`;
    if (isOperator(key)) {
      const where = "must be the only key in the value of a field or of a document's top-level key, in a PATCH";
      throw invalid(at, `${key} ${where}; to store such an object, use PUT`, "UNKNOWN_OPERATOR");
    }
    refuseForeign(key, at);
    refuseStoredOperators(one, at);
  }
}

/** Refuses a document's key that has an operator's name: other databases write operators around the fields. */
export function refuseOperatorAsKey(key: string, path: string): void {
  if (isOperator(key)) {
    const form = `{"views": {"${key}": ${key === "$inc" ? "1" : '["x"]'}}}`;
    const message = `${key} belongs into the value of a key, such as ${form}, in a PATCH; to store such a key, use PUT`;
    throw invalid(path, message, "UNKNOWN_OPERATOR");
  }
  refuseForeign(key, path);
}

function refuseForeign(key: string, path: string): void {
  const instead = lookup(FOREIGN, key);
  if (instead)
    throw invalid(path, `there is no operator ${key}; ${instead}; to store such a key, use PUT`, "UNKNOWN_OPERATOR");
}

function amountOf(field: Field | undefined, value: Json, path: string): Json {
  if (field && !isJson(field)) return coerceType(field, value, path);
  if (typeof value !== "number" || !Number.isFinite(value)) throw invalid(path, "expected a number");
  return value;
}

function elementsOf(value: JsonObject, operator: WriteOperator, path: string): Json {
  const elements = value[operator]!;
  if (!Array.isArray(elements)) throw invalid(path, "expected a list of values");
  if (elements.length > MAX_ELEMENTS)
    throw invalid(path, `at most ${MAX_ELEMENTS} values are allowed`, "LIMIT_EXCEEDED");
  return checkJson(elements, path);
}

/** Why a change failed, described by the request only: the error must not reveal the stored value. */
export function changeRefusal(change: FieldChange, at: (name: string) => string) {
  const { field, key, op } = change;
  const name = at(key ?? field.name);
  if (isJson(field)) {
    const want = op === "inc" ? "a number, or the sum is too large" : "a list";
    return invalid(name, `the stored value is not ${want}`);
  }
  const low = field.min === undefined ? "" : ` at least ${field.min}`;
  const high = field.max === undefined ? "" : ` at most ${field.max}`;
  const bounds = low && high ? `${low} and${high}` : low || high;
  return invalid(name, bounds ? `the result must be${bounds}` : `the result is too large for the type ${field.type}`);
}
