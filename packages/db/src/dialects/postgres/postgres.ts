import {
  CASE_KEY_CHARS,
  doubleField,
  type Field,
  integerField,
  type JsonKind,
  longTextField,
  OFFSETS_REPEAT,
  type PathStep,
  precisionOf,
  REGEX_SEARCHED,
  regexToAre,
  type SqlValue,
  type StorageClass,
  scaleOf,
  storageOf,
} from "@plinth/core";
import { CYCLE_YEARS, literal, literalOf, quote, type SqlDialect } from "../../compile/dialect.ts";
import { averageOfDoubles, sumOfDoubles } from "../../compile/doubles.ts";
import { spelledOut } from "../../compile/spelled-out.ts";
import { postgresLog } from "./change-log.ts";
import { postgresConsole } from "./console.ts";
import { postgresSumIsFinite } from "./doubles.ts";
import { postgresExplain } from "./explain.ts";
import { postgresJson } from "./json.ts";
import { postgresSystem } from "./system.ts";
import { postgresTriggers } from "./triggers.ts";

/** Postgres: native types, and text in collation "C", whose order and case folding match SQLite's, byte by byte. */
export const postgres: SqlDialect = {
  name: "postgres",
  title: "PostgreSQL",
  // For the rest of the transaction, whatever the server's or the role's setting is.
  timeLimit: (ms) => `set local statement_timeout = ${Math.trunc(ms)}`,
  placeholder: (position) => `$${position}`,
  isFalse: "false",
  isBoolean: (value) => typeof value === "boolean",
  columnType: (field) => (isText(field) ? 'text collate "C"' : castType(field)),
  // A cast of any other text fails.
  uuidIn: (text) => `case when ${text} ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then ${text}::uuid end`,
  instantOf: (milliseconds) => `to_timestamp(${milliseconds} / 1000.0)`,
  typed: (field, param) => (isJson(field) ? `${param}::text::jsonb` : `${param}::${castType(field)}`),
  opaque: (param) => param,
  assigned: (field, expression) => (isText(field) ? `(${expression} collate "C")` : `(${expression})`),
  encoder: (field) => (isJson(field) ? encodeJson : encodeAsItIs),
  literal: (_field, encoded) => literalOf(encoded),
  read: (_field, column) => column,
  decoder: (field) => (isJson(field) ? (value) => (value === null ? null : JSON.parse(value as string)) : undefined),
  measure(fn, field, expression) {
    if (fn === "count") return `count(${expression})`;
    if (fn === "count_distinct") return `count(distinct ${expression})`;
    if (storageOf(field) === "double" && fn === "sum") return sumOfDoubles(expression);
    if (storageOf(field) === "double" && fn === "avg") return averageOfDoubles(expression);
    return fn === "sum" || fn === "avg" ? `${fn}(${expression})::double precision` : `${fn}(${expression})`;
  },
  sumParts: (_field, expression) => [`sum(${expression})::text`],
  sumOfSums: (_field, [part]) => ({
    comparable: `sum(${part}::numeric)::double precision`,
    parts: [`sum(${part}::numeric)::text`],
  }),
  sumOf(_field, [sum]) {
    if (sum === null || sum === undefined) return null;
    const [whole, fraction = ""] = String(sum).split(".");
    return { units: BigInt(whole + fraction), scale: fraction.length };
  },
  bucket(unit, field, column, offset) {
    const local =
      storageOf(field) === "date"
        ? `${column}::timestamp`
        : `((${column} at time zone 'UTC') + make_interval(mins => (${offset})))`;
    const format = unit === "hour" ? 'YYYY-MM-DD"T"HH24:00:00' : "YYYY-MM-DD";
    return `to_char(date_trunc('${unit}', ${local}), '${format}')`;
  },
  withinCycle(column) {
    const utc = `(${column} at time zone 'UTC')`;
    const cycles = `(extract(year from ${utc})::int - ${OFFSETS_REPEAT.from}) / ${CYCLE_YEARS}`;
    return `((${utc} - make_interval(years => ${cycles} * ${CYCLE_YEARS})) at time zone 'UTC')`;
  },
  // Unlike `= any`, this is hashed, and has the same plan whether or not the table was analyzed.
  isIn: (field, column, param) => `${column} in (select unnest(${param}::text::${castType(field)}[]))`,
  isAnyOf: (text, param) => `${text} = any (${param}::text::text[])`,
  encodeList: (_field, values) => arrayText(values),
  text(op, expression, param) {
    if (op === "equals") return `${expression} = ${param}::text`;
    if (op === "like") return `${expression} like ${param}::text`;
    if (op === "regex") return `left(${expression}, ${REGEX_SEARCHED}) ~ ${param}::text`;
    if (op === "contains") return `strpos(${expression}, ${param}::text) > 0`;
    if (op === "starts_with") return `starts_with(${expression}, ${param}::text)`;
    // right(x, 0) is '', so every text ends with an empty one.
    return `right(${expression}, length(${param}::text)) = ${param}::text`;
  },
  caseKey: (column) => `left(lower(${column} collate "C"), ${CASE_KEY_CHARS})`,
  accentKey: (column) => `plinth_accent_key(${column} collate "C")`,
  pattern: (op, pattern) => (op === "regex" ? regexToAre(pattern) : pattern),
  folded(folding, expression, param) {
    const item = (i: number): string => `(${param}::text::jsonb ->> ${i})`;
    const replaced = `translate(lower(${expression} collate "C"), ${item(1)}, ${item(2)})`;
    return { text: folding === "accents" ? spelledOut(replaced) : replaced, part: item(0) };
  },
  byteLength: (expression) => `octet_length(${expression})`,
  jsonText: (column, path) => `(${at(column, path)})::text`,
  jsonAs: (column, path, kind) => ofKind(column, path, kind),
  jsonList(op, column, path, param) {
    const list = `(${at(column, path)})`;
    if (op === "overlaps") return `${list} @> any (${param}::text::jsonb[])`;
    if (op === "contains") return `${list} @> ${param}::text::jsonb`;
    return `(${typeOf(column, path)} = 'array' and ${list} <@ ${param}::text::jsonb)`;
  },
  encodeScalars: (op, values) =>
    op === "overlaps" ? arrayText(values.map((value) => JSON.stringify([value]))) : JSON.stringify(values),
  jsonIsNull: (column, path) => `coalesce(${typeOf(column, path)}, 'null') = 'null'`,
  jsonIsEmpty: (column, path) =>
    `(coalesce(${typeOf(column, path)}, 'null') = 'null' or ${at(column, path)} in ('""'::jsonb, '[]'::jsonb, '{}'::jsonb))`,
  jsonColumnIsEmpty: (column) => `${column} in ('""'::jsonb, '[]'::jsonb, '{}'::jsonb)`,
  // A rank, and then numbers and texts apart.
  jsonOrder: (column, path) => [
    {
      sql: `case ${typeOf(column, path)} when 'number' then 1 when 'boolean' then 1 when 'string' then 2 else 0 end`,
      nullable: false,
      field: integerField("s"),
    },
    {
      sql: `case ${typeOf(column, path)} when 'number' then (${textAt(column, path)})::double precision when 'boolean' then (${textAt(column, path)})::boolean::int::double precision end`,
      nullable: true,
      field: doubleField("s"),
    },
    { sql: `(${ofKind(column, path, "string")}) collate "C"`, nullable: true, field: longTextField("s") },
  ],
  // `_contains` with one text also looks into values that are texts: few among lists, and known by a partial index.
  membersIndexes: (column, path) => [
    `using gin ((${at(column, path)}) jsonb_path_ops)`,
    `((1)) where ${typeOf(column, path)} = 'string'`,
  ],
  jsonIsText: (column, path) => `${typeOf(column, path)} = 'string'`,
  jsonIndex: (column, path) => [ofKind(column, path, "number"), ofKind(column, path, "string")],
  mergePatch: (column, param) => `plinth_merge_patch(${column}, ${param}::text::jsonb)`,
  order: (direction, nullable) =>
    nullable ? `${direction} nulls ${direction === "asc" ? "first" : "last"}` : direction,
  guard: (condition, param) => `select case when ${condition} then 1 else plinth_guard(${param}::text) end`,
  fail: (param) => `plinth_guard(${param}::text)`,
  failAs: (field, param) => `plinth_guard(${param}::text)${isJson(field) ? "::text::jsonb" : ""}`,
  deferrable: " deferrable",
  dropTables: (tables) => [`drop table if exists ${tables.map(quote).join(", ")} cascade`],
  rowAddress: "ctid",
  // By default, Postgres checks a relation before it cascades along those declared later.
  checkAfter: ["set constraints all deferred", "set constraints all immediate"],
  gathersLists: false,
  concurrentWriters: true,
  writesInWith: true,
  // Unlike `for update`, this lets others refer to the row.
  lock: " for no key update",
  skipLocked: " for update skip locked",
  // `json` would be read again for each part that is taken out of an element.
  jsonElements: (param) => `jsonb_array_elements(${param}::text::jsonb) as elements(value)`,
  turn: (param) => `select pg_advisory_xact_lock(hashtextextended(${param}::text, 0))`,
  serializable: "set transaction isolation level serializable",
  sumIsFinite: postgresSumIsFinite,
  json: postgresJson,
  explain: postgresExplain,
  console: postgresConsole,
  log: postgresLog,
  triggers: postgresTriggers,
  system: postgresSystem,
};

function encodeAsItIs(value: unknown): SqlValue {
  return (value ?? null) as SqlValue;
}

function encodeJson(value: unknown): SqlValue {
  return value === null || value === undefined ? null : JSON.stringify(value);
}

function arrayText(values: readonly unknown[]): string {
  return `{${values.map((v) => `"${String(v).replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`).join(",")}}`;
}

function isText(field: Field): boolean {
  return storageOf(field) === "text";
}

function isJson(field: Field): boolean {
  return storageOf(field) === "json";
}

const CASTS: Readonly<Record<Exclude<StorageClass, "numeric">, string>> = {
  text: "text",
  bigint: "bigint",
  double: "double precision",
  bool: "boolean",
  json: "jsonb",
  timestamp: "timestamptz(3)",
  date: "date",
  uuid: "uuid",
};

function castType(field: Field): string {
  const storage = storageOf(field);
  return storage === "numeric" ? `numeric(${precisionOf(field)},${scaleOf(field)})` : CASTS[storage];
}

function at(column: string, path: readonly PathStep[]): string {
  return path.reduce<string>((sql, step) => {
    if (typeof step === "string") return `${sql} -> ${literal(step)}`;
    // `->` treats a value that is no list as a list of one, and `#>` treats an index as a name.
    const position = step < 0 ? `last - ${-step - 1}` : String(step);
    return `jsonb_path_query_first(${sql}, 'strict $[${position}]', '{}', true)`;
  }, column);
}

function textAt(column: string, path: readonly PathStep[]): string {
  const last = path.at(-1);
  return typeof last !== "string"
    ? `${at(column, path)} #>> '{}'`
    : `${at(column, path.slice(0, -1))} ->> ${literal(last)}`;
}

function typeOf(column: string, path: readonly PathStep[]): string {
  return `jsonb_typeof(${at(column, path)})`;
}

function ofKind(column: string, path: readonly PathStep[], kind: JsonKind): string {
  const cast = { string: ' collate "C"', number: "::double precision", boolean: "::boolean" }[kind];
  return `case when ${typeOf(column, path)} = '${kind}' then (${textAt(column, path)})${cast} end`;
}
