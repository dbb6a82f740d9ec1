import { invalid } from "@plinth/core";
import { amongOperators, consoleTables, listSecurityLog, runSql, runSqlSchema, sqlHistoryFilter } from "@plinth/engine";
import { json } from "../../http/answer.ts";
import { keyIn } from "../../http/answer-write.ts";
import { defineRoute } from "../../http/define-route.ts";
import { COUNT, data, FLAG, type JsonSchema, listOf, object, TEXT } from "../../http/openapi/json-schema.ts";
import { securityLogEntry } from "./security-log.ts";

const shared = { tag: "Server", access: "server_owner" } as const;

const result = (): JsonSchema =>
  object({
    columns: listOf(TEXT),
    rows: listOf(listOf({})),
    truncated: FLAG,
    changes: COUNT,
    ms: { type: "number", minimum: 0 },
  });

const table = (): JsonSchema =>
  object({
    collection: TEXT,
    table: TEXT,
    columns: listOf(object({ column: TEXT, field: TEXT, type: TEXT })),
  });

/** `/api/sql`: statements of owners of the server. */
export const sqlRoutes = [
  defineRoute("POST /api/sql", {
    ...shared,
    id: "runSql",
    summary: "Run a statement over the tables of all collections, read only unless it says otherwise",
    body: runSqlSchema,
    fresh: ({ body }) => (body.mode === "write" ? "mode" : undefined),
    load: "bulk",
    errors: ["SQL_ERROR", "LIMIT_EXCEEDED", "UNSUPPORTED_BY_ADAPTER"],
    response: () => data(result()),
    async handle(c, { body }) {
      // Its rows are known only once it has run, so no answer is stored with it.
      if (keyIn(c) !== null)
        throw invalid("idempotency-key", "a statement runs each time it is sent; leave the key out");
      return json(c, { data: await runSql(c.env.ctx, body) });
    },
  }),
  defineRoute("GET /api/sql/history", {
    ...shared,
    id: "listSqlHistory",
    summary: "The statements that the caller has run, newest first",
    response: securityLogEntry,
    page: (ctx, { query }) => listSecurityLog(amongOperators(ctx), { ...query, ...sqlHistoryFilter(ctx) }),
  }),
  defineRoute("GET /api/sql/tables", {
    ...shared,
    id: "listSqlTables",
    summary: "The tables of the workspace's collections, with their columns",
    response: () => listOf(table()),
    read: (ctx) => consoleTables(ctx),
  }),
];
