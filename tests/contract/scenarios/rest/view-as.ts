import type { Json } from "@plinth/core";
import { as, type Who } from "../../as.ts";
import { ARTICLES, articles } from "../../fixtures/articles.ts";
import { rowsOf } from "../../rows.ts";
import {
  type Call,
  get,
  INTERNALS,
  items,
  ok,
  patch,
  post,
  refused,
  type Scenario,
  type Seen,
  type Step,
  withHeaders,
} from "../../scenario.ts";
import { stored } from "../../steps.ts";

const HEADER = "x-plinth-view-as";
const seenAs = (principal: string, call: Call): Call => withHeaders(call, { [HEADER]: principal });
const asUser =
  (user: "alice" | "bob", call: Call) =>
  ({ credentials }: Seen): Call =>
    seenAs(`user:${credentials.userId(user)}`, call);
const all = items("articles", { sort: "id" });
const filter: Json = { id: ARTICLES.bobs };

const refuses = (who: Who, principal: string, status: number, code: "UNAUTHORIZED" | "FORBIDDEN"): Step => ({
  as: who,
  request: seenAs(principal, all),
  expect: refused(status, code),
});

export const scenarios: Scenario[] = [
  {
    name: "view as: lists, items, counts, exports and the document are those of the principal",
    as: as.secretKey,
    needs: [articles],
    request: seenAs("anonymous", all),
    expect: { ...ok(rowsOf(ARTICLES, "published")), excludes: ["body-of", "99.00", ...INTERNALS] },
    then: [
      {
        request: asUser("alice", all),
        expect: { ...ok(rowsOf(ARTICLES, "published", "alices")), excludes: ["body-of-bob", "99.00"] },
      },
      {
        request: asUser("bob", post("/api/items/articles/query", { sort: "id" })),
        expect: { ...ok(rowsOf(ARTICLES, "published", "bobs")), excludes: ["body-of-alice"] },
      },
      { request: asUser("bob", get(`/api/items/articles/${ARTICLES.alices}`)), expect: refused(404, "ITEM_NOT_FOUND") },
      {
        request: asUser("bob", post("/api/items/articles/aggregate", { aggregates: { n: { count: "*" } } })),
        expect: ok({ data: [{ n: 2 }] }),
      },
      {
        request: asUser("alice", get("/api/items/articles/export", { format: "ndjson" })),
        expect: { status: 200, contains: ["body-of-alice"], excludes: ["body-of-bob", "body-of-draft", "77.00"] },
      },
      {
        request: seenAs("anonymous", get("/api/openapi.json")),
        expect: { status: 200, contains: ["/api/items/articles"], excludes: ['"fee"'] },
      },
      { request: seenAs("role:nobody-has-it", all), expect: refused(422, "VALIDATION", HEADER) },
      { as: as.operator, request: seenAs("anonymous", all), expect: ok(rowsOf(ARTICLES, "published")) },
    ],
  },
  {
    name: "view as: for administrators of the workspace, as its own users",
    as: as.secretKey,
    needs: [articles],
    request: all,
    expect: ok(),
    then: [
      refuses(as.anonymous, "anonymous", 401, "UNAUTHORIZED"),
      refuses(as.publicKey, "anonymous", 403, "FORBIDDEN"),
      refuses(as.user("alice"), "anonymous", 403, "FORBIDDEN"),
      refuses(as.cookie("alice"), "role:admin", 403, "FORBIDDEN"),
      { as: as.otherSecretKey, request: asUser("alice", all), expect: refused(422, "VALIDATION", HEADER) },
    ],
  },
  {
    name: "view as: nothing is written, and a dry run counts",
    as: as.secretKey,
    needs: [articles],
    request: asUser("bob", patch(`/api/items/articles/${ARTICLES.bobs}`, { title: "x" })),
    expect: refused(403, "FORBIDDEN", HEADER),
    then: [
      {
        request: asUser("bob", { ...patch("/api/items/articles", { title: "x" }), query: { filter } }),
        expect: refused(403, "FORBIDDEN", HEADER),
      },
      {
        request: asUser("bob", { ...patch("/api/items/articles", { title: "x" }), query: { filter, dry_run: true } }),
        expect: ok({ data: { matched: 1, updated: 0, dry_run: true } }),
      },
      {
        request: asUser("alice", { ...patch("/api/items/articles", { title: "x" }), query: { filter, dry_run: true } }),
        expect: ok({ data: { matched: 0, updated: 0, dry_run: true } }),
      },
      { request: asUser("bob", post("/api/batch", { operations: [] })), expect: refused(403, "FORBIDDEN", HEADER) },
      { request: asUser("bob", get("/api/realtime/items/articles")), expect: refused(403, "FORBIDDEN", HEADER) },
      { request: asUser("bob", get("/api/permissions")), expect: refused(403, "FORBIDDEN", HEADER) },
      stored(`/api/items/articles/${ARTICLES.bobs}`, { title: "By Bob" }),
    ],
  },
];
