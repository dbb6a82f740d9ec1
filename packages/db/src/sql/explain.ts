import type { SqlDriver, SqlQuery, SqlRow } from "@plinth/core";

/** How the engine would run a statement, in its own words, and what that means for large tables. */
export interface Explained {
  readonly plan: string[];
  /** Tables that are read from end to end, with the number of rows that the engine expects, where it says. */
  readonly scans: { readonly table: string; readonly rows: number | null }[];
  /** Rows that the engine expects in all; null where it makes no estimate. */
  readonly rows: number | null;
}

export async function explainQuery(driver: SqlDriver, query: SqlQuery): Promise<Explained> {
  if (driver.dialect === "sqlite") {
    return ofSqlite(await driver.all({ sql: `explain query plan ${query.sql}`, params: query.params }), query.sql);
  }
  const [row] = await driver.all({ sql: `explain (format json) ${query.sql}`, params: query.params });
  const text = Object.values(row!)[0] as string;
  return ofPostgres((JSON.parse(text) as [{ Plan: PostgresPlan }])[0].Plan);
}

/** https://www.sqlite.org/eqp.html: `SCAN t0` without an index reads the whole table. */
function ofSqlite(rows: SqlRow[], sql: string): Explained {
  const plan = rows.map((row) => String(row.detail));
  const scans = plan.flatMap((line) => {
    const alias = /^SCAN (\w+)$/.exec(line)?.[1];
    const table = alias && (new RegExp(`"(c_\\w+)" (?:as )?${alias}\\b`).exec(sql)?.[1] ?? alias);
    return table ? [{ table, rows: null }] : [];
  });
  return { plan, scans, rows: null };
}

interface PostgresPlan {
  "Node Type": string;
  "Relation Name"?: string;
  "Index Name"?: string;
  "Plan Rows": number;
  Filter?: string;
  Plans?: PostgresPlan[];
}

function ofPostgres(plan: PostgresPlan): Explained {
  const lines: string[] = [];
  const scans: { table: string; rows: number | null }[] = [];
  const walk = (node: PostgresPlan, depth: number): void => {
    const on = node["Relation Name"] ? ` on ${node["Relation Name"]}` : "";
    const by = node["Index Name"] ? ` by ${node["Index Name"]}` : "";
    lines.push(`${"  ".repeat(depth)}${node["Node Type"]}${on}${by} (${node["Plan Rows"]} rows)`);
    if (node["Node Type"] === "Seq Scan") scans.push({ table: node["Relation Name"]!, rows: node["Plan Rows"] });
    for (const child of node.Plans ?? []) walk(child, depth + 1);
  };
  walk(plan, 0);
  return { plan: lines, scans, rows: plan["Plan Rows"] };
}
