import {
  type Bindings,
  type Condition,
  DOCUMENT_FIELD,
  type Field,
  type FieldRef,
  fieldPolicyOf,
  isJson,
  isText,
  type Json,
  type JsonKind,
  type Operand,
  type ReadPolicy,
  type RelationRef,
  resolveOperand,
  resultField,
  type SqlValue,
} from "@plinth/core";
import { idColumn, quoted, referencedId } from "./columns.ts";
import { COMPARE_SQL, FIELD_OF_KIND, quote, type SqlDialect } from "./dialect.ts";
import { compileText } from "./text-condition.ts";

/** D1 takes statements of 100 KB. Further conditions seldom make what an index finds smaller. */
const MAX_ACCENT_KEYS = 4;

export type Binder = (bindings: Bindings) => SqlValue;

/** A statement being built: its text, and the values to bind. Aliases are t0, t1 … */
export class Statement {
  readonly binders: Binder[] = [];
  /** The caller filters through lists, so the cost depends on more than the returned rows. */
  passesLists = false;
  #aliases = 0;
  #accentKeys = MAX_ACCENT_KEYS;

  constructor(readonly dialect: SqlDialect) {}

  alias(): string {
    return `t${this.#aliases++}`;
  }

  /** Whether one more condition may use an index by accent keys, whose expression is long. */
  takeAccentKey(): boolean {
    return this.#accentKeys-- > 0;
  }

  bind(binder: Binder): string {
    this.binders.push(binder);
    return this.dialect.placeholder(this.binders.length);
  }

  value(value: SqlValue): string {
    return this.bind(() => value);
  }

  operand(field: Field, operand: Operand): string {
    const encode = this.dialect.encoder(field);
    return this.dialect.typed(
      field,
      this.bind((b) => encode(resolveOperand(operand, b, field))),
    );
  }
}

/** A row source within a statement: its alias and what the caller may see of it. */
export interface TableScope {
  readonly alias: string;
  readonly policy: ReadPolicy | null;
  /** Columns that a write sets: SQL for their new values, by name. */
  readonly assigned?: ReadonlyMap<string, string>;
  /** A caller's filter over a whole collection, not a rule about one row. */
  readonly isCallerFilter?: boolean;
  /** Many rows of the statement lead here, perhaps to the same related items. */
  readonly shared?: boolean;
}

/** SQL that is true or false, or null for false: safe at the top of a `where`, under `and`, `or` and `not`. */
export function compileCondition(statement: Statement, scope: TableScope, condition: Condition): string {
  switch (condition.kind) {
    case "and":
    case "or": {
      if (condition.of.length === 0) return condition.kind === "and" ? "1 = 1" : "1 = 0";
      const parts = condition.of.map((part) => compileCondition(statement, scope, part));
      return parts.length === 1 ? parts[0]! : `(${parts.join(` ${condition.kind} `)})`;
    }
    case "not":
      // Two-valued logic: SQL's null counts as false before it is negated.
      return condition.of.kind === "null" || condition.of.kind === "empty" || condition.of.kind === "some"
        ? `not ${compileCondition(statement, scope, condition.of)}`
        : `not coalesce(${compileCondition(statement, scope, condition.of)}, ${statement.dialect.isFalse})`;
    case "some":
      return compileSome(statement, scope, condition);
    default:
      return compileLeaf(statement, scope, condition);
  }
}

type FieldCondition = Extract<Condition, { ref: FieldRef }>;

function compileLeaf(statement: Statement, scope: TableScope, condition: FieldCondition): string {
  const { dialect } = statement;
  const { ref } = condition;
  const column = columnOf(statement, scope, ref);
  const path = ref.path ?? [];
  switch (condition.kind) {
    case "null":
      return path.length > 0 ? `(${dialect.jsonIsNull(column, path)})` : `(${column} is null)`;
    case "empty":
      if (path.length > 0) return dialect.jsonIsEmpty(column, path);
      return `(${column} is null${emptyTest(dialect, ref.field, column)})`;
    case "compare": {
      const field = comparedField(ref, condition.as);
      const left = expressionOf(statement, column, ref, condition.as);
      const right = statement.operand(field, condition.operand);
      return `${left} ${COMPARE_SQL[condition.op]} ${condition.op === "eq" ? dialect.opaque(right) : right}`;
    }
    case "in": {
      const field = comparedField(ref, condition.as);
      const left = expressionOf(statement, column, ref, condition.as);
      const list = statement.bind((b) =>
        dialect.encodeList(field, resolveOperand(condition.operand, b, field) as unknown[]),
      );
      const member = dialect.isIn(field, left, list);
      return condition.negated ? `not (${member})` : member;
    }
    case "text":
      return compileTextOf(statement, scope, column, condition);
    case "list": {
      const param = statement.bind((b) => {
        const value = resolveOperand(condition.operand, b) as Json;
        return value === null ? null : dialect.encodeScalars(condition.op, Array.isArray(value) ? value : [value]);
      });
      return dialect.jsonList(condition.op, column, path, param);
    }
  }
}

function compileTextOf(
  statement: Statement,
  scope: TableScope,
  column: string,
  condition: Extract<FieldCondition, { kind: "text" }>,
): string {
  const { field, path } = condition.ref;
  const text = expressionOf(statement, column, condition.ref, "string");
  // An index knows the keys of a column, not of an expression.
  const indexed = text === `${scope.alias}.${quoted(field)}` ? field : undefined;
  const test = compileText(statement, condition, text, indexed);
  const isText = !condition.folding && path && statement.dialect.jsonIsText?.(column, path);
  return isText ? `(${isText} and ${test})` : test;
}

function compileSome(statement: Statement, scope: TableScope, condition: Extract<Condition, { kind: "some" }>): string {
  const { from, key, where, shown, inner } = relate(statement, scope, condition.relation);
  const wanted = `${where} and ${compileCondition(statement, inner, condition.where)}`;
  // A list inside a list would be scanned again for each of those. An engine that plans both forms alike need not
  // gather.
  if (key && scope.shared && shown === "" && statement.dialect.gathersLists) {
    return `${scope.alias}.${idColumn(condition.relation.source!)} in (select ${key.column} from ${from} where ${key.column} is not null and ${wanted})`;
  }
  const link = key ? `${key.link}${shown} and ` : "";
  return `exists (select 1 from ${from} where ${link}${wanted})`;
}

/** One step to related items: where they are, and which of them belong to the current row and are visible. */
export function joinRelation(
  statement: Statement,
  scope: TableScope,
  relation: RelationRef,
): { from: string; where: string; inner: TableScope } {
  const { from, key, where, shown, inner } = relate(statement, scope, relation);
  return { from, where: key ? `${key.link}${shown} and ${where}` : where, inner };
}

/** The parts of a step. Only a list has a `key`: the column that names the owner, and its link to the current row. */
interface RelationStep {
  from: string;
  key?: { column: string; link: string };
  /** Where the list itself is visible. */
  shown: string;
  where: string;
  inner: TableScope;
}

function relate(statement: Statement, scope: TableScope, relation: RelationRef): RelationStep {
  const { target, policy, via, source, junction } = relation;
  const { isCallerFilter = false } = scope;
  const shared = scope.shared || isCallerFilter || via !== undefined;
  const inner: TableScope = { alias: statement.alias(), policy, isCallerFilter, shared };
  // The rule sees the unfiltered row; only the caller's filter goes through field policies.
  const rule = compileCondition(statement, { ...inner, policy: null, isCallerFilter: false }, policy.where);
  const table = `${quote(target.table)} ${inner.alias}`;
  if (!via) {
    const column = columnOf(statement, scope, { field: relation.field });
    const link = `${inner.alias}.${idColumn(target)} = ${referencedId(statement.dialect, relation.field, column)}`;
    return { from: table, where: `${link} and ${rule}`, shown: "", inner };
  }
  statement.passesLists ||= isCallerFilter;
  // A list has no column to hide, so a hidden list closes the path through it.
  const shown = fieldPolicySql(statement, scope, relation.field.name);
  // The column and its field policy stay apart, as engines use no index for a column inside a condition.
  const keyed = ({ alias }: TableScope, field: Field) => {
    const column = `${alias}.${quoted(field)}`;
    return { column, link: `${column} = ${scope.alias}.${idColumn(source!)}` };
  };
  if (!junction) {
    return {
      from: table,
      key: keyed(inner, via),
      shown,
      where: `${rule}${fieldPolicySql(statement, inner, via.name)}`,
      inner,
    };
  }
  const middle: TableScope = { ...inner, alias: statement.alias(), policy: junction.policy };
  const middleRule = compileCondition(
    statement,
    { ...middle, policy: null, isCallerFilter: false },
    junction.policy.where,
  );
  const to = columnOf(statement, middle, { field: junction.to });
  const from = `${quote(junction.collection.table)} ${middle.alias} join ${table} on ${inner.alias}.${idColumn(target)} = ${to}`;
  const where = `${middleRule} and ${rule}${fieldPolicySql(statement, middle, via.name)}`;
  return { from, key: keyed(middle, via), shown, where, inner };
}

function fieldPolicySql(statement: Statement, scope: TableScope, field: string): string {
  const fieldPolicy = scope.policy && fieldPolicyOf(scope.policy, field);
  if (fieldPolicy === undefined) return " and 1 = 0";
  return fieldPolicy
    ? ` and ${compileCondition(statement, { ...scope, policy: null, isCallerFilter: false }, fieldPolicy)}`
    : "";
}

/** SQL that makes one value of the values of related items. */
export type AggregateSql = (value: string) => string;

/** The column, or null where a field policy hides it in this row; through relations, a subquery for it. */
export function columnOf(statement: Statement, scope: TableScope, ref: FieldRef, aggregateSql?: AggregateSql): string {
  const [step, ...rest] = ref.through ?? [];
  if (step) {
    const { from, where, inner } = joinRelation(statement, scope, step);
    const next: FieldRef = { ...ref, through: rest };
    const value = columnOf(statement, inner, next, aggregateSql);
    const { dialect } = statement;
    const { aggregate } = ref;
    const measure: AggregateSql =
      aggregateSql ?? ((of) => (aggregate ? dialect.measure(aggregate, ref.field, of) : of));
    const aggregated = rest.length === 0 && aggregate ? measure(value) : value;
    return `(select ${aggregated} from ${from} where ${where})`;
  }
  const column = scope.assigned?.get(ref.field.name) ?? `${scope.alias}.${quoted(ref.field)}`;
  const fieldPolicy = scope.policy && fieldPolicyOf(scope.policy, fieldPolicyName(ref));
  if (fieldPolicy === null) return column;
  if (fieldPolicy === undefined) return `nullif(${column}, ${column})`;
  return `case when ${compileCondition(statement, { ...scope, policy: null, isCallerFilter: false }, fieldPolicy)} then ${column} end`;
}

/**
 * Rules treat a document's top-level keys as fields. Compared by identity: a declared field may have the column's name.
 */
function fieldPolicyName(ref: FieldRef): string {
  return ref.field === DOCUMENT_FIELD && ref.path ? String(ref.path[0]) : ref.field.name;
}

function expressionOf(statement: Statement, column: string, ref: FieldRef, as: JsonKind | undefined): string {
  return ref.path ? statement.dialect.jsonAs(column, ref.path, as ?? "string") : column;
}

function comparedField(ref: FieldRef, as: JsonKind | undefined): Field {
  return ref.path ? FIELD_OF_KIND[as ?? "string"] : resultField(ref);
}

function emptyTest(dialect: SqlDialect, field: Field, column: string): string {
  if (isText(field)) return ` or ${column} = ''`;
  return isJson(field) ? ` or ${dialect.jsonColumnIsEmpty(column)}` : "";
}
