import { as, type Who } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { type Call, get, post, type Reply, refused, type Scenario, type Seen, type Step } from "../../scenario.ts";

const run = (sql: string, more: object = {}): Call => post("/api/sql", { sql, ...more });

/** Databases that nobody can stop, or keep from writing. */
const WITHOUT = /d1|pglite|deno × sqlite/i;

const without = ({ target }: { target: string }) => WITHOUT.test(target);

const refusedTo = (who: Who, status: number, code: "UNAUTHORIZED" | "FORBIDDEN" | "INVALID_TOKEN"): Step[] =>
  [run("select 1"), get("/api/sql/history"), get("/api/sql/tables")].map((request) => ({
    as: who,
    request,
    expect: refused(status, code),
  }));

function tableIn(reply: Reply | undefined): string {
  const answer = reply?.json as unknown as { data: { collection: string; table: string }[] } | undefined;
  return answer?.data.find(({ collection }) => collection === "ledger")?.table ?? "";
}

const over =
  (sql: string, more: object = {}) =>
  ({ replies }: Seen) =>
    run(sql.replaceAll("TABLE", tableIn(replies[1])), more);

const needs = [
  collection({
    slug: "ledger",
    fields: [
      { name: "title", type: "text" },
      { name: "amount", type: "integer" },
    ],
  }),
];

export const scenarios: Scenario[] = [
  {
    name: "SQL console: owners of the server read items, and neither secrets nor more than the limit",
    as: as.operator,
    needs,
    skip: (info) => (without(info) ? "nobody can stop a statement there" : undefined),
    given: [
      {
        as: as.secretKey,
        request: post("/api/items/ledger", [
          { title: "rent", amount: 700 },
          { title: "bread", amount: 3 },
        ]),
        expect: { status: 201 },
      },
      { request: get("/api/sql/tables"), expect: { status: 200, contains: ["ledger", '"amount"'] } },
    ],
    request: over("select title, amount from TABLE order by amount"),
    expect: {
      status: 200,
      body: {
        data: {
          columns: ["title", "amount"],
          rows: [
            ["bread", 3],
            ["rent", 700],
          ],
          truncated: false,
        },
      },
      excludes: ['"error"'],
    },
    then: [
      {
        request: over("select title from TABLE order by amount", { limit: 1 }),
        expect: { status: 200, body: { data: { rows: [["bread"]], truncated: true } } },
      },
      {
        request: over("select * from TABLE", { explain: true }),
        expect: { status: 200, contains: ['"rows":[['], excludes: ["bread"] },
      },
      { request: run("select * from plinth_users"), expect: refused(422, "SQL_ERROR", "sql") },
      { request: run("select * from plinth_sessions"), expect: refused(422, "SQL_ERROR", "sql") },
      { request: over("delete from TABLE"), expect: { status: 422, code: "SQL_ERROR" } },
      { request: over("drop table TABLE"), expect: { status: 422, code: "SQL_ERROR" } },
      { request: over("delete from TABLE", { mode: "write" }), expect: refused(403, "FORBIDDEN", "mode") },
      {
        request: run("with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n", {
          timeout_ms: 200,
        }),
        expect: refused(422, "LIMIT_EXCEEDED", "timeout_ms"),
      },
      {
        request: over("select count(*) as n from TABLE"),
        expect: { status: 200, body: { data: { columns: ["n"] } } },
      },
      { request: run("select 1", { timeout_ms: 60_000 }), expect: refused(422, "VALIDATION", "timeout_ms") },
      { request: run("select 1", { limit: 1001 }), expect: refused(422, "VALIDATION", "limit") },
      { request: run(""), expect: refused(422, "VALIDATION", "sql") },
      {
        request: get("/api/sql/history", { limit: 50 }),
        expect: { status: 200, contains: ["select * from plinth_users", '"outcome":"failed"'], excludes: [] },
      },
      ...refusedTo(as.anonymous, 401, "UNAUTHORIZED"),
      ...refusedTo(as.signedOut, 401, "INVALID_TOKEN"),
      ...refusedTo(as.secretKey, 403, "FORBIDDEN"),
      ...refusedTo(as.publicKey, 403, "FORBIDDEN"),
      ...refusedTo(as.user("alice"), 403, "FORBIDDEN"),
      ...refusedTo(as.user("carol"), 403, "FORBIDDEN"),
    ],
  },
  {
    name: "SQL console: refused by name where nobody can stop a statement",
    as: as.operator,
    skip: (info) => (without(info) ? undefined : "it works there"),
    request: run("select 1"),
    expect: { status: 422, code: "UNSUPPORTED_BY_ADAPTER", contains: ['"capability":"console"'], excludes: ['"data"'] },
  },
];
