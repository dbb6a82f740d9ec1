import {
  type Aggregate,
  type Bindings,
  type Collection,
  type Condition,
  type Count,
  DOCUMENT_COLUMN,
  type Find,
  fieldPolicyOf,
  type Operand,
  type ParentFilter,
  PlinthError,
  type Row,
  resolveOperand,
  type SqlQuery,
  type SqlRow,
  type SqlValue,
} from "@plinth/core";
import { idColumn } from "./columns.ts";
import { type Binder, columnOf, compileCondition, Statement, type TableScope } from "./condition.ts";
import { quote, type SqlDialect } from "./dialect.ts";
import { compileAfter, type OrderTerm, orderTerms } from "./order.ts";
import { compileOutputs } from "./output.ts";

/** A compiled read: one text, and values for each request. */
export interface Plan {
  readonly sql: string;
  readonly binders: readonly Binder[];
  /** Through lists, a short query may cause much work, so it always runs with a time limit. */
  readonly passesLists: boolean;
  /** Turns a driver's row into a row of the wire, in place. */
  readonly decode: ((row: SqlRow) => Row) | null;
  /** Columns that carry sort values, removed from the row before it is decoded. */
  readonly sortColumns: readonly string[];
  /** The column that names the parent, where the tree has a parent. */
  readonly parentColumn?: string;
  mostRows?(bindings: Bindings): number;
}

export function bindPlan(plan: Pick<Plan, "sql" | "binders" | "mostRows">, bindings: Bindings): SqlQuery {
  const { binders } = plan;
  const params: SqlValue[] = new Array(binders.length);
  for (let i = 0; i < binders.length; i++) params[i] = binders[i]!(bindings);
  const { maxBytes, caller } = bindings;
  const maxRows = maxBytes === undefined ? undefined : plan.mostRows?.(bindings);
  return { sql: plan.sql, params, maxBytes, maxRows, caller };
}

export function compileFind(dialect: SqlDialect, tree: Find): Plan {
  const statement = new Statement(dialect);
  const scope: TableScope = { alias: statement.alias(), policy: tree.policy };
  const { columns, decode } = compileSelect(statement, scope, tree);
  const terms = orderTerms(statement, { ...scope, isCallerFilter: true }, tree.sort);
  if (tree.after && tree.after.length !== terms.length) throw new PlinthError("INVALID_CURSOR");
  const sortColumns = tree.withSortValues ? terms.map((_, i) => `__s${i}`) : [];
  sortColumns.forEach((name, i) => {
    columns.push({ name, sql: dialect.read(terms[i]!.field, terms[i]!.sql()) });
  });
  const where = [
    compileCondition(statement, { ...scope, policy: null }, tree.policy.where),
    compileCondition(statement, { ...scope, isCallerFilter: true }, tree.where),
  ];
  if (tree.parentFilter) return withParents(statement, scope, tree, { columns, where, terms, decode });
  if (tree.after) where.push(compileAfter(statement, terms, tree.after));
  const order = terms.map((t) => `${t.sql()} ${dialect.order(t.direction, t.nullable)}`);
  let sql = `select ${columns.map(written).join(", ")} from ${quote(tree.collection.table)} ${scope.alias}${whereOf(where)}`;
  if (order.length > 0) sql += ` order by ${order.join(", ")}`;
  sql += ` limit ${bindCount(statement, tree.limit)}`;
  if (tree.offset) sql += ` offset ${bindCount(statement, tree.offset)}`;
  const { binders, passesLists } = statement;
  return { sql, binders, passesLists, decode, sortColumns, mostRows: (b) => Number(resolveOperand(tree.limit, b)) };
}

interface SelectedColumn {
  name: string;
  sql: string;
}

function written({ name, sql }: SelectedColumn): string {
  return `${sql} as ${quote(name)}`;
}

export const PARENT = "__p";

/** Related items of many parents at once: numbered within each parent, and limited to the page by number. */
function withParents(
  statement: Statement,
  scope: TableScope,
  tree: Find,
  parts: { columns: SelectedColumn[]; where: string[]; terms: OrderTerm[]; decode: Plan["decode"] },
): Plan {
  const { dialect } = statement;
  const { parent, place, from, where: related } = relatedTo(statement, scope, tree.collection, tree.parentFilter!);
  const where = [...related, ...parts.where];
  const { binders } = statement;
  const parentsOf = (b: Bindings): number => (resolveOperand(tree.parentFilter!.parents, b) as unknown[]).length;
  if (!tree.parentFilter!.relation.via) {
    const columns = [...parts.columns, { name: PARENT, sql: parent }].map(written);
    const sql = `select ${columns.join(", ")} from ${from}${whereOf(where)}`;
    return {
      sql,
      binders,
      passesLists: statement.passesLists,
      decode: parts.decode,
      sortColumns: [],
      parentColumn: PARENT,
      mostRows: parentsOf,
    };
  }
  const sorted = parts.terms.map((t) => `${t.sql()} ${dialect.order(t.direction, t.nullable)}`);
  const order = [...(place && tree.parentFilter!.inOrder ? [`${place} ${dialect.order("asc", true)}`] : []), ...sorted];
  const columns = [...parts.columns, { name: PARENT, sql: parent }];
  const number = `row_number() over (partition by ${parent} order by ${order.join(", ")}) as "__n"`;
  const numbered = `select ${[...columns.map(written), number].join(", ")} from ${from}${whereOf(where)}`;
  const sql = pageOfEach(statement, tree, columns, numbered);
  const { passesLists } = statement;
  const mostRows = (b: Bindings): number => parentsOf(b) * Number(resolveOperand(tree.limit, b));
  return { sql, binders, passesLists, decode: parts.decode, sortColumns: [], parentColumn: PARENT, mostRows };
}

/** Each parent's page, of rows that are numbered within each. */
export function pageOfEach(
  statement: Statement,
  { limit, offset }: Find | Aggregate,
  columns: readonly { readonly name: string }[],
  numbered: string,
): string {
  const names = columns.map(({ name }) => quote(name)).join(", ");
  const first = offset ? bindCount(statement, offset) : "0";
  const last = `${first} + ${bindCount(statement, limit)}`;
  return `select ${names} from (${numbered}) r where "__n" > ${first} and "__n" <= ${last} order by "${PARENT}", "__n"`;
}

/** The items of `parents`, the column that names each one's parent, and the one of its place in a list that has an order. */
export function relatedTo(
  statement: Statement,
  scope: TableScope,
  collection: Collection,
  { relation, parents }: ParentFilter,
): { parent: string; place?: string; from: string; where: string[] } {
  const { dialect } = statement;
  const { junction, via = collection.byName.get("id")! } = relation;
  const middle: TableScope = junction ? { alias: statement.alias(), policy: junction.policy } : scope;
  // A caller who may follow a reference may know the id that it holds.
  const parent = relation.via ? columnOf(statement, middle, { field: via }) : `${scope.alias}.${idColumn(collection)}`;
  const list = statement.bind((b) => dialect.encodeList(via, resolveOperand(parents, b, via) as unknown[]));
  const where = [dialect.isIn(via, parent, list)];
  const from = `${quote(collection.table)} ${scope.alias}`;
  if (!junction) return { parent, from, where };
  const to = columnOf(statement, middle, { field: junction.to });
  where.push(compileCondition(statement, { ...middle, policy: null }, junction.policy.where));
  const links = `${quote(junction.collection.table)} ${middle.alias}`;
  const place = junction.order && { place: columnOf(statement, middle, { field: junction.order }) };
  return { parent, ...place, from: `${links} join ${from} on ${scope.alias}.${idColumn(collection)} = ${to}`, where };
}

export function whereOf(conditions: readonly string[]): string {
  const kept = conditions.filter((condition) => condition !== "1 = 1");
  return kept.length > 0 ? ` where ${kept.join(" and ")}` : "";
}

export function compileCount(dialect: SqlDialect, tree: Count): Pick<Plan, "sql" | "binders" | "passesLists"> {
  const statement = new Statement(dialect);
  const scope: TableScope = { alias: statement.alias(), policy: tree.policy };
  const rule = compileCondition(statement, { ...scope, policy: null }, tree.policy.where);
  const where = compileCondition(statement, { ...scope, isCallerFilter: true }, tree.where);
  return {
    passesLists: statement.passesLists,
    sql: `select count(*) as "n" from ${quote(tree.collection.table)} ${scope.alias} where ${rule} and ${where}`,
    binders: statement.binders,
  };
}

/** A condition's SQL, for people to read. */
export function describeCondition(dialect: SqlDialect, condition: Condition, bindings: Bindings): SqlQuery {
  const statement = new Statement(dialect);
  const sql = compileCondition(statement, { alias: statement.alias(), policy: null }, condition);
  return { sql, params: statement.binders.map((bind) => bind(bindings)) };
}

/** A limit or offset. */
export function bindCount(statement: Statement, operand: Operand): string {
  if ("value" in operand) return String(Number(operand.value));
  const param = statement.bind((b) => resolveOperand(operand, b) as number);
  // SQLite reads a bare parameter when it plans, and so plans again whenever one is bound; a cast hides it.
  return `cast(${param} as bigint)`;
}

function compileSelect(
  statement: Statement,
  scope: TableScope,
  tree: Find,
): { columns: SelectedColumn[]; decode: Plan["decode"] } {
  const own =
    tree.collection.kind === "document" ? selectDocument(statement, scope, tree) : selectFields(statement, scope, tree);
  if (!tree.outputs?.length) return own;
  const outputs = compileOutputs(statement, { ...scope, isCallerFilter: true }, tree.outputs);
  const decode = (row: SqlRow): Row => {
    const computed = outputs.decode(row);
    return Object.assign(own.decode ? own.decode(row) : (row as Row), computed);
  };
  return { columns: [...own.columns, ...outputs.columns], decode };
}

function selectFields(statement: Statement, scope: TableScope, tree: Find) {
  const { dialect } = statement;
  const names = visibleFields(tree);
  const columns = names.map((name) => {
    const field = tree.collection.byName.get(name)!;
    return { name, sql: dialect.read(field, columnOf(statement, scope, { field })) };
  });
  const decoders = names.flatMap((name) => {
    const decoder = dialect.decoder(tree.collection.byName.get(name)!);
    return decoder ? [[name, decoder] as const] : [];
  });
  if (decoders.length === 0) return { columns, decode: null };
  const decode = (row: SqlRow): Row => {
    for (const [name, decoder] of decoders) row[name] = decoder(row[name]!) as SqlValue;
    return row as Row;
  };
  return { columns, decode };
}

function visibleFields(tree: Find): string[] {
  const { policy, collection, select } = tree;
  const names = select?.filter((name) => collection.stored.has(name)) ?? [...collection.stored.keys()];
  return names.filter((name) => fieldPolicyOf(policy, name) !== undefined);
}

/** A document is one column; flags beside it say, for each row, which of its keys the caller may see. */
function selectDocument(statement: Statement, scope: TableScope, tree: Find) {
  const { policy, select } = tree;
  const system = [...tree.collection.byName.keys()].filter(
    (name) => (!select || select.includes(name)) && fieldPolicyOf(policy, name) !== undefined,
  );
  const columns = system.map((name) => {
    const field = tree.collection.byName.get(name)!;
    return { name, sql: columnOf(statement, scope, { field }) };
  });
  columns.push({ name: DOCUMENT_COLUMN, sql: `${scope.alias}.${quote(DOCUMENT_COLUMN)}` });
  const fieldPolicies = [...(policy.fields ?? [])].filter(
    ([name, fieldPolicy]) => fieldPolicy && !tree.collection.byName.has(name),
  );
  fieldPolicies.forEach(([, fieldPolicy], i) => {
    const shown = compileCondition(statement, { ...scope, policy: null }, fieldPolicy!);
    columns.push({ name: `__m${i}`, sql: `case when ${shown} then 1 else 0 end` });
  });
  const flagOf = new Map(fieldPolicies.map(([name], i) => [name, `__m${i}`]));
  const decode = (row: SqlRow): Row => {
    const document = JSON.parse(row[DOCUMENT_COLUMN] as string) as Row;
    const out: Row = {};
    if ("id" in row) out.id = row.id as string;
    for (const key of Object.keys(document)) {
      if ((select && !select.includes(key)) || fieldPolicyOf(policy, key) === undefined) continue;
      const flag = flagOf.get(policy.fields?.has(key) ? key : "*");
      if (flag === undefined || row[flag] === 1) out[key] = document[key]!;
    }
    for (const name of system) if (name !== "id") out[name] = row[name] as string;
    return out;
  };
  return { columns, decode };
}
