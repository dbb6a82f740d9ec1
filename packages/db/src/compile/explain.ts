import type { SqlDriver, SqlQuery, SqlRow } from "@plinth/core";

/** How the engine would run a statement, in its own words, and what that means for large tables. */
export interface Explained {
  readonly plan: string[];
  /** Collections' tables that are read from end to end. */
  readonly scans: string[];
  /** Rows that the engine expects in all; null where it makes no estimate. */
  readonly rows: number | null;
}

/** `toTheEnd`: the statement goes on until it has seen all rows, or as many as a filter makes it see. */
export async function explainQuery(
  driver: SqlDriver,
  query: SqlQuery,
  { toTheEnd }: { toTheEnd: boolean },
): Promise<Explained> {
  if (driver.dialect === "sqlite") {
    const rows = await driver.all({ sql: `explain query plan ${query.sql}`, params: query.params });
    return ofSqlite(rows, query.sql, toTheEnd);
  }
  const [row] = await driver.all({ sql: `explain (format json) ${query.sql}`, params: query.params });
  const text = Object.values(row!)[0] as string;
  return ofPostgres((JSON.parse(text) as [{ Plan: PostgresPlan }])[0].Plan, toTheEnd);
}

/**
 * https://www.sqlite.org/eqp.html: `SCAN t0` reads the whole table, and so does `SCAN t0 USING INDEX …`, which takes it in
 * the order of an index, unless the statement ends before.
 */
function ofSqlite(rows: SqlRow[], sql: string, toTheEnd: boolean): Explained {
  const plan = rows.map((row) => String(row.detail));
  const scans = plan.flatMap((line) => {
    const [, alias, index] = /^SCAN (\w+)( USING (?:COVERING )?INDEX \w+)?$/.exec(line) ?? [];
    if (!alias || (index && !toTheEnd)) return [];
    return new RegExp(`"(c_\\w+)" (?:as )?${alias}\\b`).exec(sql)?.[1] ?? [];
  });
  return { plan, scans, rows: null };
}

interface PostgresPlan {
  "Node Type": string;
  "Relation Name"?: string;
  "Index Name"?: string;
  "Index Cond"?: string;
  "Plan Rows": number;
  Plans?: PostgresPlan[];
}

function ofPostgres(plan: PostgresPlan, toTheEnd: boolean): Explained {
  const lines: string[] = [];
  const scans: string[] = [];
  const walk = (node: PostgresPlan, depth: number): void => {
    const on = node["Relation Name"] ? ` on ${node["Relation Name"]}` : "";
    const by = node["Index Name"] ? ` by ${node["Index Name"]}` : "";
    lines.push(`${"  ".repeat(depth)}${node["Node Type"]}${on}${by} (${node["Plan Rows"]} rows)`);
    if (isScan(node, toTheEnd)) scans.push(node["Relation Name"]!);
    for (const child of node.Plans ?? []) walk(child, depth + 1);
  };
  walk(plan, 0);
  return { plan: lines, scans, rows: plan["Plan Rows"] };
}

/** An index without a condition gives an order, and every row. */
function isScan(node: PostgresPlan, toTheEnd: boolean): boolean {
  const type = node["Node Type"];
  if (type === "Seq Scan") return true;
  return toTheEnd && (type === "Index Scan" || type === "Index Only Scan") && node["Index Cond"] === undefined;
}
