import type { ExplainSql } from "../../compile/dialect.ts";

/**
 * https://www.sqlite.org/eqp.html: `SCAN t0` reads the whole table. So does `SCAN t0 USING INDEX …`, which reads in the
 * order of an index, unless the statement ends early.
 */
export const sqliteExplain: ExplainSql = {
  statement: (sql) => `explain query plan ${sql}`,
  read(rows, sql, toTheEnd) {
    const plan = rows.map((row) => String(row.detail));
    const scans = plan.flatMap((line) => {
      const [, alias, index] = /^SCAN (\w+)( USING (?:COVERING )?INDEX \w+)?$/.exec(line) ?? [];
      if (!alias || (index && !toTheEnd)) return [];
      return new RegExp(`"(c_\\w+)" (?:as )?${alias}\\b`).exec(sql)?.[1] ?? [];
    });
    // "FOR LAST TERM OF ORDER BY" sorts few rows at a time.
    const sorts = plan.includes("USE TEMP B-TREE FOR ORDER BY");
    return { plan, scans, sorts, rows: null };
  },
};
