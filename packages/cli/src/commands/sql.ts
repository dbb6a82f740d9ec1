import { choice, flag, text } from "../command.ts";
import { numberOption } from "../options.ts";
import { type ApiObject, requestCommand } from "../request-command.ts";

interface SqlAnswer {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  readonly changes: number;
}

export const SQL = requestCommand({
  summary: "run an SQL statement over the items of all workspaces, for owners of the server",
  args: ["STATEMENT"],
  access: "operator",
  options: {
    param: text("VALUE", "the value of ?1 or $1; may be repeated", { multiple: true }),
    mode: choice(["read", "write"], "read unless given; the server must allow write"),
    explain: flag("show the plan, and run nothing"),
    limit: text("N", "the most rows, up to 1000"),
    timeout: text("MS", "stop it after so many milliseconds; 5000 unless given"),
  },
  notes: "It names tables as GET /api/sql/tables lists them. See docs/sql-console.md.",
  request: ([sql], { param, mode, explain, limit, timeout }) => [
    "POST",
    "/api/sql",
    {
      sql: sql!,
      ...(param && { params: [...param] }),
      ...(mode && { mode }),
      ...(explain && { explain }),
      limit: numberOption("limit", limit),
      timeout_ms: numberOption("timeout", timeout),
    },
  ],
  columns: (rows) => Object.keys(rows[0] ?? {}),
  rows(answer): ApiObject[] {
    const { columns, rows, changes } = answer as unknown as SqlAnswer;
    if (columns.length === 0) return [{ changes }];
    return rows.map((row) => Object.fromEntries(columns.map((column, i) => [column, row[i]])));
  },
});
