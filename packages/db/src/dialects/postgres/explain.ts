import type { Explained, ExplainSql } from "../../compile/dialect.ts";

export const postgresExplain: ExplainSql = {
  statement: (sql) => `explain (format json) ${sql}`,
  read([row], _sql, toTheEnd) {
    const text = Object.values(row!)[0] as string;
    return explained((JSON.parse(text) as [{ Plan: PostgresPlan }])[0].Plan, toTheEnd);
  },
};

interface PostgresPlan {
  "Node Type": string;
  "Relation Name"?: string;
  "Index Name"?: string;
  "Index Cond"?: string;
  "Plan Rows": number;
  Plans?: PostgresPlan[];
}

function explained(plan: PostgresPlan, toTheEnd: boolean): Explained {
  const lines: string[] = [];
  const scans: string[] = [];
  let sorts = false;
  const walk = (node: PostgresPlan, depth: number): void => {
    const on = node["Relation Name"] ? ` on ${node["Relation Name"]}` : "";
    const by = node["Index Name"] ? ` by ${node["Index Name"]}` : "";
    lines.push(`${"  ".repeat(depth)}${node["Node Type"]}${on}${by} (${node["Plan Rows"]} rows)`);
    // An incremental sort sorts few rows at a time.
    sorts ||= node["Node Type"] === "Sort";
    if (isScan(node, toTheEnd)) scans.push(node["Relation Name"]!);
    for (const child of node.Plans ?? []) walk(child, depth + 1);
  };
  walk(plan, 0);
  return { plan: lines, scans, sorts, rows: plan["Plan Rows"] };
}

/** An index without a condition gives an order, and reads every row. */
function isScan(node: PostgresPlan, toTheEnd: boolean): boolean {
  const type = node["Node Type"];
  if (type === "Seq Scan") return true;
  return toTheEnd && (type === "Index Scan" || type === "Index Only Scan") && node["Index Cond"] === undefined;
}
