import {
  type Aggregate,
  arithmeticOf,
  castTo,
  type FieldRef,
  type FieldValue,
  type GroupTerm,
  type Measure,
  OFFSETS_REPEAT,
  type PathStep,
  type Row,
  resultField,
  type SqlRow,
  type SqlValue,
  timestampField,
  type ZoneOffsets,
} from "@plinth/core";
import { aggregatorOf, exactSum } from "./aggregator.ts";
import { type AggregateSql, type Binder, columnOf, compileCondition, Statement, type TableScope } from "./condition.ts";
import { FIELD_OF_KIND, literal, quote, type SqlDialect } from "./dialect.ts";
import { bindCount, PARENT, pageOfEach, relatedTo, whereOf } from "./find.ts";

export interface AggregatePlan {
  readonly sql: string;
  readonly binders: readonly Binder[];
  /** The column that names the parent, where the tree has a parent. */
  readonly parentColumn?: string;
  decode(row: SqlRow): Row;
}

interface AggregateOutput {
  /**
   * The selected columns: the first can be compared and sorted by, the others carry exact parts. They have generated
   * names, because result names may be longer than an engine allows, or differ only in ways that it ignores.
   */
  columns: { name: string; sql: string }[];
  /** What to sort by, if not the first column. */
  order?: string[];
  decode(row: SqlRow): FieldValue;
}

/** Groups in an inner select. `having`, order and page are around it, where every output has its name. */
export function compileAggregate(dialect: SqlDialect, tree: Aggregate): AggregatePlan {
  const statement = new Statement(dialect);
  const scope: TableScope = { alias: statement.alias(), policy: tree.policy };
  const rows = tree.parentFilter && relatedTo(statement, scope, tree.collection, tree.parentFilter);
  const source = sourceOf(statement, scope, tree);
  const groups = tree.groups.map((term, i) => [term.name, groupOutput(dialect, source, `g${i}`, term)] as const);
  const measures = tree.measures.map((one, i) => [one.name, measureOutput(dialect, source, `m${i}`, one)] as const);
  const outputs = [...groups, ...measures];
  const parent = rows && [{ name: PARENT, sql: source.value(rows.parent) }];
  const columns = [...(parent ?? []), ...outputs.flatMap(([, output]) => output.columns)];
  const where = [
    ...(rows?.where ?? []),
    compileCondition(statement, { ...scope, policy: null }, tree.policy.where),
    compileCondition(statement, { ...scope, isCallerFilter: true }, tree.where),
  ];
  let inner = `select ${columns.map(({ name, sql }) => `${sql} as ${quote(name)}`).join(", ")}`;
  const from = `from ${rows?.from ?? `${quote(tree.collection.table)} ${scope.alias}`}${whereOf(where)}`;
  inner = source.around(inner, from);
  const grouped = [...(parent ?? []), ...groups.flatMap(([, output]) => output.columns)].map((_, i) => i + 1);
  if (grouped.length > 0) inner += ` group by ${grouped.join(", ")}`;
  const result: TableScope = {
    alias: "g",
    policy: null,
    assigned: new Map(outputs.map(([name, { columns }]) => [name, `g.${quote(columns[0]!.name)}`])),
  };
  const having = compileCondition(statement, result, tree.having);
  const orderOf = new Map(outputs.map(([name, output]) => [name, output.order ?? [output.columns[0]!.name]]));
  const order = tree.sort.flatMap(({ name, direction }) =>
    orderOf.get(name)!.map((column) => `g.${quote(column)} ${dialect.order(direction, true)}`),
  );
  const names = columns.map(({ name }) => `g.${quote(name)}`).join(", ");
  const found = `from (${inner}) g${whereOf([having])}`;
  const sql = tree.parentFilter
    ? pageOfEach(statement, tree, columns, `select ${names}, ${numberedBy(order)} ${found}`)
    : pageOf(statement, tree, `select ${names} ${found}${order.length > 0 ? ` order by ${order.join(", ")}` : ""}`);
  const casts = new Map([...tree.groups, ...tree.measures].map(({ name, cast }) => [name, cast && castTo(cast, name)]));
  const decode = (row: SqlRow): Row => {
    const out: Row = {};
    for (const [name, output] of outputs) {
      const value = output.decode(row);
      const cast = casts.get(name);
      out[name] = (cast ? cast(value) : value) as Row[string];
    }
    return out;
  };
  return { sql, binders: statement.binders, decode, ...(tree.parentFilter && { parentColumn: PARENT }) };
}

function pageOf(statement: Statement, { limit, offset }: Aggregate, select: string): string {
  const sql = `${select} limit ${bindCount(statement, limit)}`;
  return offset ? `${sql} offset ${bindCount(statement, offset)}` : sql;
}

function numberedBy(order: readonly string[]): string {
  const by = order.length > 0 ? ` order by ${order.join(", ")}` : "";
  return `row_number() over (partition by g.${quote(PARENT)}${by}) as "__n"`;
}

/** Where outputs take their columns from. */
interface ColumnSource {
  column(ref: FieldRef, aggregateSql?: AggregateSql): string;
  /** The same for SQL over the rows. */
  value(sql: string): string;
  /** The select of the outputs, over the rows. */
  around(select: string, from: string): string;
}

/**
 * A value reached through relations is a subquery, and an output uses its column many times. So it is computed once for
 * each row, in a separate step that engines do not inline again.
 */
function sourceOf(statement: Statement, scope: TableScope, tree: Aggregate): ColumnSource {
  const refs = [...tree.groups, ...tree.measures].map(({ ref }) => ref);
  if (!refs.some((ref) => ref?.through)) {
    return {
      column: (ref) => columnOf(statement, scope, ref),
      value: (sql) => sql,
      around: (select, from) => `${select} ${from}`,
    };
  }
  const columns: string[] = [];
  const value = (sql: string): string => `r."c${columns.push(sql) - 1}"`;
  return {
    column: (ref, aggregateSql) => value(columnOf(statement, scope, ref, aggregateSql)),
    value,
    around(select, from) {
      const rows = columns.map((sql, i) => `${sql} as "c${i}"`).join(", ");
      return `with r as materialized (select ${rows} ${from}) ${select} from r`;
    },
  };
}

function groupOutput(
  dialect: SqlDialect,
  source: ColumnSource,
  name: string,
  { ref, bucket }: GroupTerm,
): AggregateOutput {
  const column = source.column(ref);
  if (bucket) {
    const sql = dialect.bucket(bucket.unit, ref.field, column, offsetOf(column, bucket.offsets, dialect));
    return { columns: [{ name, sql }], decode: (row) => row[name] as string | null };
  }
  if (ref.path) {
    const { path } = ref;
    // Values of one JSON path may be of several kinds. Each group is identified by its text, and sorted as lists are.
    const kinds = ["string", "number", "boolean"] as const;
    const key = `${name}.k`;
    const text = {
      name: key,
      sql: `coalesce(${kinds.map((kind) => jsonText(dialect, column, path, kind)).join(", ")})`,
    };
    const own = { name, sql: dialect.jsonAs(column, path, "string") };
    const terms = dialect.jsonOrder(column, path).map(({ sql }, i) => ({ name: `${name}.o${i}`, sql }));
    const order = [...terms.map((term) => term.name), key];
    return { columns: [own, text, ...terms], order, decode: (row) => jsonValue(row[key] as string | null) };
  }
  const field = resultField(ref);
  const decoder = dialect.decoder(field);
  const exact = { name: `${name}.x`, sql: dialect.read(field, column) };
  const read = (row: SqlRow): SqlValue => row[exact.name]!;
  return {
    columns: [{ name, sql: column }, exact],
    decode: (row) => (decoder ? decoder(read(row)) : read(row)) as FieldValue,
  };
}

const KIND_MARK = { string: "s", number: "n", boolean: "b" } as const;

function jsonText(
  dialect: SqlDialect,
  column: string,
  path: readonly PathStep[],
  kind: keyof typeof KIND_MARK,
): string {
  const value = dialect.jsonAs(column, path, kind);
  return `'${KIND_MARK[kind]}' || cast(${value} as text)`;
}

function jsonValue(text: string | null): FieldValue {
  if (text === null) return null;
  const value = text.slice(1);
  if (text[0] === "s") return value;
  return text[0] === "n" ? Number(value) : value === "1" || value === "true" || value === "t";
}

function measureOutput(
  dialect: SqlDialect,
  source: ColumnSource,
  name: string,
  { name: as, fn, ref }: Measure,
): AggregateOutput {
  if (!ref) return { columns: [{ name, sql: "count(*)" }], decode: (row) => Number(row[name]) };
  const field = ref.path ? FIELD_OF_KIND.number : resultField(ref);
  if (fn === "sum" && isExactSum(ref)) return sumOfSumsOutput(dialect, source, name, ref);
  const column = source.column(ref);
  const value = ref.path ? dialect.jsonAs(column, ref.path, "number") : column;
  const { comparable, exact, decode } = aggregatorOf(dialect, fn, field, as);
  const own = { name, sql: comparable(value) };
  if (!exact) return { columns: [own], decode: (row) => decode([row[name]!]) };
  const parts = exact.map((aggregateSql, i) => ({ name: `${name}.${i}`, sql: aggregateSql(value) }));
  return { columns: [own, ...parts], decode: (row) => decode(parts.map((part) => row[part.name]!)) };
}

function isExactSum({ aggregate, path, field }: FieldRef): boolean {
  return aggregate === "sum" && !path && arithmeticOf(field).exact;
}

/** Each item's own sum comes in its exact parts; those parts are summed in turn. */
function sumOfSumsOutput(dialect: SqlDialect, source: ColumnSource, name: string, ref: FieldRef): AggregateOutput {
  const { field } = ref;
  const inner = dialect
    .sumParts(field, "")
    .map((_, i) => source.column(ref, (value) => dialect.sumParts(field, value)[i]!));
  const outer = dialect.sumOfSums(field, inner);
  const parts = outer.parts.map((sql, i) => ({ name: `${name}.${i}`, sql }));
  const decode = (row: SqlRow): FieldValue => {
    const values = parts.map((part) => row[part.name]!);
    return exactSum(dialect, field, values);
  };
  return { columns: [{ name, sql: outer.comparable }, ...parts], decode };
}

/** Not all engines support the year 10000, which some zones reach on this day. */
const LAST_DAY = "9999-12-31T00:00:00.000Z";
/** Offsets are listed up to here; after it, those of one cycle repeat. */
const REPEATED_FROM = `${OFFSETS_REPEAT.from}-01-01T00:00:00.000Z`;
const LISTED_UNTIL = `${OFFSETS_REPEAT.until}-01-01T00:00:00.000Z`;

/**
 * The zone's offset at the time in `column`, as SQL for minutes. There may be a thousand offsets, and each row needs
 * one. So a first comparison finds the range and a second the offset in it; further halving nests deeper than D1 can
 * parse.
 */
function offsetOf(column: string, offsets: ZoneOffsets, dialect: SqlDialect): string {
  if (offsets.length === 1 && !offsets[0]!.minutes) return "0";
  const time = timestampField("t");
  const since = (at: string, from: string): string => `${at} >= ${dialect.typed(time, literal(from))}`;
  const latest = (at: string, parts: readonly Stretch[]): string => {
    const [first, ...rest] = parts;
    if (rest.length === 0) return first!.sql;
    const branches = rest.toReversed().map(({ from, sql }) => `when ${since(at, from!)} then ${sql}`);
    return `case ${branches.join(" ")} else ${first!.sql} end`;
  };
  const among = (at: string, listed: ZoneOffsets): string => {
    const all = listed.map(({ from, minutes }): Stretch => ({ from, sql: String(minutes) }));
    const size = Math.ceil(Math.sqrt(all.length));
    const stretches: Stretch[] = [];
    for (let i = 0; i < all.length; i += size) {
      stretches.push({ from: all[i]!.from, sql: latest(at, all.slice(i, i + size)) });
    }
    return latest(at, stretches);
  };
  const cycle = offsets.slice(offsets.findLastIndex(({ from }) => from === null || from <= REPEATED_FROM));
  const repeated =
    cycle.length > 1 ? ` when ${since(column, LISTED_UNTIL)} then ${among(dialect.withinCycle(column), cycle)}` : "";
  return `case when ${since(column, LAST_DAY)} then 0${repeated} else ${among(column, offsets)} end`;
}

/** From this instant on, the offset is `sql`; the first range has null. */
interface Stretch {
  readonly from: string | null;
  readonly sql: string;
}
