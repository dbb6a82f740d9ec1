import {
  CASE_KEY_CHARS,
  decimalUnits,
  type Field,
  type Json,
  type JsonKind,
  likeToGlob,
  OFFSETS_REPEAT,
  type PathStep,
  type SqlValue,
  type StorageClass,
  scaleOf,
  storageOf,
  unitsToDecimal,
  unsupported,
} from "@plinth/core";
import { accentKey } from "../../compile/accent-key.ts";
import { CYCLE_YEARS, literalOf, MIXED, quote, type SqlDialect } from "../../compile/dialect.ts";
import { averageOfDoubles, sumOfDoubles } from "../../compile/doubles.ts";
import { sqliteLog } from "./change-log.ts";
import { sqliteConsole } from "./console.ts";
import { sqliteExplain } from "./explain.ts";
import { sqliteFolded } from "./folded.ts";
import { sqliteJson, sqliteListTest, sqlitePath } from "./json.ts";
import { sqliteSystem } from "./system.ts";
import { sqliteTriggers } from "./triggers.ts";

/** SQLite and D1: timestamps and uuids are text, booleans 0/1, JSON text, decimals a whole number of smallest units. */
export const sqlite: SqlDialect = {
  name: "sqlite",
  title: "SQLite",
  placeholder: (position) => `?${position}`,
  isFalse: "0",
  isBoolean: (value) => value === 0 || value === 1,
  columnType: (field) => COLUMNS[storageOf(field)],
  // Units are bound and read as text: D1 and JavaScript numbers carry 53 bits, a decimal up to 60.
  uuidIn: (text) => text,
  instantOf: (milliseconds) => `strftime('%Y-%m-%dT%H:%M:%fZ', ${milliseconds} / 1000.0, 'unixepoch')`,
  typed: (field, param) => (isDecimal(field) ? `cast(${param} as integer)` : param),
  // Its planner looks for 0 and 1 beside `=` (sqlite3ExprIsInteger), which costs a sorted page of 20 items a fifth.
  // `likely` returns its argument and is not called at run time.
  opaque: (param) => `likely(${param})`,
  assigned: (_field, expression) => `(${expression})`,
  encoder: (field) => ENCODERS[storageOf(field)] ?? asItIs,
  // Units are bound as text, but a text default would not be a number.
  literal: (field, encoded) => (isDecimal(field) && encoded !== null ? String(encoded) : literalOf(encoded)),
  read: (field, column) => (isDecimal(field) ? `cast(${column} as text)` : column),
  decoder: (field) => DECODERS[storageOf(field)]?.(field),
  measure(fn, field, expression) {
    if (fn === "count") return `count(${expression})`;
    if (fn === "count_distinct") return `count(distinct ${expression})`;
    if (storageOf(field) === "double" && fn === "sum") return sumOfDoubles(expression);
    if (storageOf(field) === "double" && fn === "avg") return averageOfDoubles(expression);
    const scaled = isDecimal(field) ? ` / ${powerOfTen(field)}` : "";
    // `total` never overflows, and is 0.0 where there is nothing to sum.
    if (fn === "sum") return `case when count(${expression}) > 0 then total(${expression})${scaled} end`;
    return fn === "avg" ? `avg(${expression})${scaled}` : `${fn}(${expression})`;
  },
  // Halves of each number are summed apart, as a sum of 64-bit integers may need more than 64 bits.
  sumParts: (_field, expression) => [
    `cast(sum(${expression} / ${HALF}) as text)`,
    `cast(sum(${expression} % ${HALF}) as text)`,
  ],
  sumOfSums(field, parts) {
    const [high, low] = parts.map((part) => `total(cast(${part} as integer))`);
    const scaled = isDecimal(field) ? ` / ${powerOfTen(field)}` : "";
    return {
      comparable: `case when count(${parts[0]}) > 0 then (${high} * ${HALF} + ${low})${scaled} end`,
      parts: parts.map((part) => `cast(sum(cast(${part} as integer)) as text)`),
    };
  },
  sumOf(field, [high, low]) {
    if (high === null || high === undefined) return null;
    const units = BigInt(high as string) * BigInt(HALF) + BigInt(low as string);
    return { units, scale: isDecimal(field) ? scaleOf(field) : 0 };
  },
  bucket(unit, field, column, offset) {
    const shift = storageOf(field) === "date" ? "" : `, (${offset}) || ' minutes'`;
    const at = (...modifiers: string[]): string => `${column}${shift}${modifiers.map((m) => `, ${m}`).join("")}`;
    switch (unit) {
      case "hour":
        return `strftime('%Y-%m-%dT%H:00:00', ${at()})`;
      case "day":
        return `strftime('%Y-%m-%d', ${at()})`;
      case "week":
        return `strftime('%Y-%m-%d', ${at("'weekday 0'", "'-6 days'")})`;
      case "month":
        return `strftime('%Y-%m-01', ${at()})`;
      case "quarter":
        return `strftime('%Y-', ${at()}) || printf('%02d-01', ((strftime('%m', ${at()}) - 1) / 3) * 3 + 1)`;
      case "year":
        return `strftime('%Y-01-01', ${at()})`;
    }
  },
  withinCycle: (column) =>
    `(${OFFSETS_REPEAT.from} + (cast(substr(${column}, 1, 4) as integer) - ${OFFSETS_REPEAT.from}) % ${CYCLE_YEARS}) || substr(${column}, 5)`,
  isIn(field, column, param) {
    const value = storageOf(field) === "double" ? "cast(value as real)" : "value";
    return `${column} in (select ${value} from json_each(${param}))`;
  },
  isAnyOf: (text, param) => `${text} in (select value from json_each(${param}))`,
  encodeList(field, values) {
    if (!isDecimal(field)) return JSON.stringify(values);
    return `[${values.map((v) => decimalUnits(v as string)).join(",")}]`;
  },
  text(op, expression, param) {
    if (op === "equals") return `${expression} = likely(${param})`;
    // SQLite's own `like` ignores the case of A to Z.
    if (op === "like") return `${expression} glob ${param}`;
    // Not all drivers can add a function, and D1 has none.
    if (op === "regex") throw unsupported("SQLite", "_regex", "_regex; use _like");
    if (op === "contains") return `instr(${expression}, ${param}) > 0`;
    if (op === "starts_with") return `substr(${expression}, 1, length(${param})) = ${param}`;
    return `substr(${expression}, max(1, length(${expression}) - length(${param}) + 1)) = ${param}`;
  },
  caseKey: (column) => `substr(lower(${column}), 1, ${CASE_KEY_CHARS})`,
  accentKey: (column) => accentKey(column, { codeOf: (one) => `unicode(${one})`, lower: (text) => `lower(${text})` }),
  pattern: (_op, pattern) => likeToGlob(pattern),
  folded: sqliteFolded,
  byteLength: (expression) => `length(cast(${expression} as blob))`,
  jsonText: (column, path) => `${column} -> ${sqlitePath(path)}`,
  jsonAs: (column, path, kind) => ofKind(column, path, kind),
  jsonList: (op, column, path, param) =>
    `(${param} is not null and ${typeOf(column, path)} = 'array' and ${sqliteListTest(op, `json_each(${column}, ${sqlitePath(path)})`, `json_each(${param})`)})`,
  encodeScalars: (_op, values) => JSON.stringify(values),
  jsonIsNull: (column, path) => `coalesce(${typeOf(column, path)}, 'null') = 'null'`,
  jsonIsEmpty: (column, path) =>
    `(coalesce(${typeOf(column, path)}, 'null') = 'null' or (${typeOf(column, path)} in ('text', 'array', 'object') and json_extract(${column}, ${sqlitePath(path)}) in ('', '[]', '{}') and not (${typeOf(column, path)} = 'text' and json_extract(${column}, ${sqlitePath(path)}) <> '')))`,
  jsonColumnIsEmpty: (column) => `${column} in ('""', '[]', '{}')`,
  // SQLite orders values of several kinds by itself.
  jsonOrder: (column, path) => [{ sql: scalar(column, path), nullable: true, field: MIXED }],
  jsonIndex: (column, path) => [scalar(column, path), ofKind(column, path, "number"), ofKind(column, path, "string")],
  mergePatch: (column, param) => `json_patch(${column}, ${param})`,
  order: (direction) => direction,
  guard: (condition, param) => `select case when ${condition} then 1 else json_extract('{}', ${param}) end`,
  fail: (param) => `json_extract('{}', ${param})`,
  failAs: (_field, param) => `json_extract('{}', ${param})`,
  deferrable: "",
  // Dropping a table deletes its rows first, to which those of the next tables may still refer.
  dropTables: (tables) => [
    "pragma defer_foreign_keys = on",
    ...tables.map((table) => `drop table if exists ${quote(table)}`),
  ],
  rowAddress: "rowid",
  gathersLists: true,
  concurrentWriters: false,
  writesInWith: false,
  lock: "",
  skipLocked: "",
  jsonElements: (param) => `json_each(${param})`,
  sumIsFinite: () => "1 = 1",
  json: sqliteJson,
  explain: sqliteExplain,
  console: sqliteConsole,
  log: {
    ...sqliteLog,
    imageDecoder: (field) =>
      storageOf(field) === "double" ? Number : (sqlite.decoder(field) as ImageDecoder | undefined),
  },
  triggers: sqliteTriggers,
  system: sqliteSystem,
};

type ImageDecoder = (value: Json) => Json;

const COLUMNS: Readonly<Record<StorageClass, string>> = {
  text: "text",
  bigint: "integer",
  double: "real",
  numeric: "integer",
  bool: "integer",
  json: "text",
  timestamp: "text",
  date: "text",
  uuid: "text",
};

type Encode = (value: unknown) => SqlValue;

const asItIs: Encode = (value) => (value ?? null) as SqlValue;

const ENCODERS: Readonly<Partial<Record<StorageClass, Encode>>> = {
  numeric: (value) => (value === null || value === undefined ? null : decimalUnits(value as string).toString()),
  bool: (value) => (value === null || value === undefined ? null : value ? 1 : 0),
  json: (value) => (value === null || value === undefined ? null : JSON.stringify(value)),
};

const DECODERS: Readonly<Partial<Record<StorageClass, (field: Field) => (value: SqlValue) => unknown>>> = {
  numeric(field) {
    const scale = scaleOf(field);
    return (value) => (value === null ? null : unitsToDecimal(BigInt(value as string), scale));
  },
  bool: () => (value) => (value === null ? null : value !== 0),
  json: () => (value) => (value === null ? null : JSON.parse(value as string)),
};

function isDecimal(field: Field): boolean {
  return storageOf(field) === "numeric";
}

/** Large enough that both halves of 10^18 and their sums over billions of rows fit. */
const HALF = 1_000_000_000;

function powerOfTen(field: Field): string {
  return `1${"0".repeat(scaleOf(field))}.0`;
}

function typeOf(column: string, path: readonly PathStep[]): string {
  return `json_type(${column}, ${sqlitePath(path)})`;
}

// JSON's numbers are doubles, as JavaScript reads them. SQLite would read 1234567890123456800 as an integer, which is
// not the double of that spelling, so numbers are always compared as reals.
function ofKind(column: string, path: readonly PathStep[], kind: JsonKind): string {
  const types = { string: "= 'text'", number: "in ('integer', 'real')", boolean: "in ('true', 'false')" }[kind];
  const value = `json_extract(${column}, ${sqlitePath(path)})`;
  return `case when ${typeOf(column, path)} ${types} then ${kind === "number" ? `cast(${value} as real)` : value} end`;
}

function scalar(column: string, path: readonly PathStep[]): string {
  const value = `json_extract(${column}, ${sqlitePath(path)})`;
  return `case ${typeOf(column, path)} when 'object' then null when 'array' then null when 'integer' then cast(${value} as real) else ${value} end`;
}
