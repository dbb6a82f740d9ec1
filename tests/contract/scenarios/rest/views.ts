import { as, type Who } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { aUuid } from "../../match.ts";
import {
  type Call,
  created,
  dataOf,
  del,
  get,
  INTERNALS,
  ok,
  patch,
  post,
  refused,
  type Scenario,
  type Seen,
  type Step,
} from "../../scenario.ts";

const board = { collection: "view_tasks", name: "Board", layout: "kanban", query: { filter: { n: { _gt: 1 } } } };
const list = get("/api/views", { collection: "view_tasks" });
const at =
  (n: number, call: (path: string) => Call) =>
  ({ replies }: Seen) =>
    call(`/api/views/${dataOf(replies[n], "id")}`);

const refuses = (who: Who, status: number, code: "UNAUTHORIZED" | "FORBIDDEN"): Step => ({
  as: who,
  request: list,
  expect: refused(status, code),
});

export const scenarios: Scenario[] = [
  {
    name: "saved views: of one person or shared, until their collection is deleted",
    as: as.operator,
    needs: [collection({ slug: "view_tasks", fields: [{ name: "n", type: "integer" }] })],
    request: post("/api/views", board),
    expect: created({ data: { id: aUuid, ...board, shared: false, own: true, columns: [], options: {} } }),
    then: [
      {
        request: post("/api/views", { ...board, name: "All", shared: true }),
        expect: created({ data: { shared: true } }),
      },
      {
        request: at(1, (path) => patch(path, { is_default: true })),
        expect: ok({ data: { name: "All", is_default: true } }),
      },
      {
        request: post("/api/views", { ...board, name: "Newer", shared: true, is_default: true }),
        expect: created({ data: { is_default: true } }),
      },
      { request: at(1, get), expect: ok({ data: { is_default: false } }) },
      { request: at(3, del), expect: ok({ data: { id: aUuid } }) },
      { request: list, expect: ok({ data: [{ name: "Board" }, { name: "All" }], has_more: false }) },
      { as: as.secretKey, request: list, expect: ok({ data: [{ name: "All" }] }) },
      { as: as.secretKey, request: at(0, get), expect: refused(404, "NOT_FOUND") },
      {
        as: as.secretKey,
        request: at(1, (path) => patch(path, { name: "Every one", layout: "calendar" })),
        expect: ok({ data: { name: "Every one", layout: "calendar", query: board.query } }),
      },
      { as: as.secretKey, request: post("/api/views", board), expect: refused(422, "VALIDATION", "shared") },
      { request: post("/api/views", { ...board, layout: "list" }), expect: refused(422, "VALIDATION", "layout") },
      { as: as.otherSecretKey, request: at(1, del), expect: refused(404, "NOT_FOUND") },
      refuses(as.anonymous, 401, "UNAUTHORIZED"),
      refuses(as.publicKey, 403, "FORBIDDEN"),
      refuses(as.user("alice"), 403, "FORBIDDEN"),
      { request: at(0, del), expect: ok({ data: { id: aUuid } }) },
      {
        request: del("/api/collections/view_tasks", { confirm: "view_tasks" }),
        expect: { status: 200, excludes: INTERNALS },
      },
      { request: at(1, get), expect: refused(404, "NOT_FOUND") },
    ],
  },
];
