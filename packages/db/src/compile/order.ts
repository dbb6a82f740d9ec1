import {
  type Field,
  type FieldValue,
  fieldPolicyOf,
  isSystemField,
  isUuid,
  type Operand,
  resolveOperand,
  resultField,
  type SortTerm,
  type SqlValue,
  type StorageClass,
  storageOf,
} from "@plinth/core";
import { columnOf, Statement, type TableScope } from "./condition.ts";
import { MIXED, type SqlDialect } from "./dialect.ts";

/** An expression to order rows by. It is compiled where it is written, as it may bind its own values. */
export interface OrderTerm {
  sql(): string;
  nullable: boolean;
  direction: "asc" | "desc";
  /** The type of its value in a cursor. */
  field: Field;
}

export function orderTerms(statement: Statement, scope: TableScope, sort: readonly SortTerm[]): OrderTerm[] {
  const { dialect } = statement;
  return sort.flatMap(({ ref, direction }): OrderTerm[] => {
    const path = ref.path ?? [];
    const reached = (ref.through ?? []).length > 0;
    if (path.length === 0) {
      const hideable = scope.policy !== null && fieldPolicyOf(scope.policy, ref.field.name) !== null;
      const nullable = reached || hideable || !isNeverNull(ref.field);
      return [{ sql: () => columnOf(statement, scope, ref), nullable, direction, field: resultField(ref) }];
    }
    return dialect.jsonOrder("", path).map(({ nullable, field }, i) => ({
      sql: () => dialect.jsonOrder(columnOf(statement, scope, ref), path)[i]!.sql,
      nullable: reached || nullable,
      direction,
      field,
    }));
  });
}

// Declared fields may have been added as nullable columns and become required later, so they are not trusted here.
export function isNeverNull({ name, required = false }: Field): boolean {
  return required && isSystemField(name);
}

/** Rows after the given sort values: equal so far, and beyond in the next term. Nulls are smallest. */
export function compileAfter(
  statement: Statement,
  terms: readonly OrderTerm[],
  after: readonly (Operand | null)[],
): string {
  const alternatives: string[] = [];
  for (let i = 0; i < terms.length; i++) {
    const last = beyond(statement, terms[i]!, after[i]!);
    if (last === null) continue;
    const before = terms.slice(0, i).map((term, j) => equals(statement, term, after[j]!));
    alternatives.push(`(${[...before, last].join(" and ")})`);
  }
  return alternatives.length > 0 ? `(${alternatives.join(" or ")})` : "1 = 0";
}

function equals(statement: Statement, term: OrderTerm, operand: Operand | null): string {
  return operand === null
    ? `${term.sql()} is null`
    : `${term.sql()} = ${statement.dialect.opaque(bindRaw(statement, term, operand))}`;
}

/** Null where nothing can come after. */
function beyond(statement: Statement, term: OrderTerm, operand: Operand | null): string | null {
  if (operand === null) return term.direction === "asc" ? `${term.sql()} is not null` : null;
  if (term.direction === "asc") return `${term.sql()} > ${bindRaw(statement, term, operand)}`;
  const less = `${term.sql()} < ${bindRaw(statement, term, operand)}`;
  return term.nullable ? `(${less} or ${term.sql()} is null)` : less;
}

/** Sort values are already in the driver's form: they came from `dialect.read`. */
function bindRaw(statement: Statement, term: OrderTerm, operand: Operand): string {
  const param = statement.bind((b) => resolveOperand(operand, b) as SqlValue);
  return statement.dialect.typed(term.field, param);
}

/** Whether a cursor's values are of the kinds that its terms select. */
export function areSortValues(dialect: SqlDialect, sort: readonly SortTerm[], values: readonly FieldValue[]): boolean {
  const terms = orderTerms(new Statement(dialect), { alias: "t0", policy: null }, sort);
  return values.length === terms.length && terms.every(({ field }, i) => fits(dialect, field, values[i]!));
}

const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const DATE = /^\d{4}-\d\d-\d\d$/;
const DECIMAL = /^-?\d{1,40}(\.\d{1,40})?$/;

function fits(dialect: SqlDialect, field: Field, value: FieldValue): boolean {
  if (value === null) return true;
  if (field === MIXED) return typeof value === "string" || typeof value === "number";
  return SELECTED[storageOf(field)](value, dialect);
}

/** Whether a column can produce the sort value. */
const SELECTED: Readonly<Record<StorageClass, (value: FieldValue, dialect: SqlDialect) => boolean>> = {
  text: isStorableText,
  json: isStorableText,
  bigint: (value) => Number.isSafeInteger(value),
  double: (value) => typeof value === "number",
  numeric: (value) => typeof value === "string" && DECIMAL.test(value),
  bool: (value, dialect) => dialect.isBoolean(value),
  timestamp: (value) => typeof value === "string" && TIMESTAMP.test(value),
  date: (value) => typeof value === "string" && DATE.test(value),
  uuid: (value) => isUuid(value),
};

function isStorableText(value: FieldValue): boolean {
  return typeof value === "string" && !value.includes("\0") && value.isWellFormed();
}
