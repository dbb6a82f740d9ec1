import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { hidden } from "../../match.ts";
import {
  created,
  del,
  get,
  INTERNALS,
  items,
  ok,
  patch,
  post,
  put,
  refused,
  rows,
  type Scenario,
  type Step,
  uuid,
} from "../../scenario.ts";

const SPACE = 43;
const row = (n: number): string => `/api/items/tasks/${uuid(SPACE, n)}`;
const group = (n: number): string => `/api/items/groups/${uuid(SPACE, n)}`;

const groups = collection({ slug: "groups", fields: [{ name: "name", type: "text", unique: true }] });
const tasks = collection(
  {
    slug: "tasks",
    fields: [
      { name: "title", type: "text", required: true },
      { name: "state", type: "enum", values: ["open", "done"], default: "open" },
      { name: "points", type: "integer" },
      { name: "strict", type: "relation", to: "groups", on_delete: "restrict" },
      { name: "loose", type: "relation", to: "groups", on_delete: "set_null" },
      { name: "bound", type: "relation", to: "groups", on_delete: "cascade" },
    ],
  },
  { needs: [groups], rows: [{ id: uuid(SPACE, 1), title: "first", points: 3 }] },
);
const hosts = collection(
  { slug: "hosts", fields: [{ name: "name", type: "text" }] },
  {
    rules: [
      { role: "authenticated", action: "read" },
      { role: "authenticated", action: "delete" },
    ],
    rows: [{ id: uuid(SPACE, 30), name: "host" }],
  },
);
const guests = collection(
  { slug: "guests", fields: [{ name: "invited_by", type: "relation", to: "hosts" }] },
  { needs: [hosts], rows: [{ invited_by: uuid(SPACE, 30) }] },
);

const needs = [tasks];

const isFirst: Step = {
  as: as.secretKey,
  request: get(row(1)),
  expect: ok({ data: { title: "first", points: 3, state: "open" } }),
};

export const scenarios: Scenario[] = [
  {
    name: "change: a patch sets what it names and raises the version",
    as: as.secretKey,
    needs,
    given: [
      { request: post("/api/items/tasks", { id: uuid(SPACE, 2), title: "second", points: 1 }), expect: created() },
    ],
    request: patch(row(2), { points: 2, state: "done" }),
    expect: ok({ data: { id: uuid(SPACE, 2), title: "second", points: 2, state: "done", version: 2 } }),
    then: [
      { request: patch(row(2), { points: null }), expect: ok({ data: { points: null, version: 3 } }) },
      { request: get(row(2)), expect: ok({ data: { title: "second", points: null, version: 3 } }) },
      { request: del(row(2)), expect: ok({ data: { id: uuid(SPACE, 2) } }) },
      { request: del(row(2)), expect: { status: 404, code: "ITEM_NOT_FOUND" } },
      { request: get(row(2)), expect: { status: 404, code: "ITEM_NOT_FOUND" } },
    ],
    verify(reply) {
      const { created_at, updated_at } = (reply.json as { data: { created_at: string; updated_at: string } }).data;
      if (updated_at < created_at) throw new Error(`updated_at ${updated_at} is before created_at ${created_at}`);
    },
  },
  {
    name: "change: a replacement sets the rest to default or null",
    as: as.secretKey,
    needs,
    given: [
      {
        request: post("/api/items/tasks", { id: uuid(SPACE, 3), title: "third", points: 9, state: "done" }),
        expect: created(),
      },
    ],
    request: put(row(3), { title: "new third" }),
    expect: ok({ data: { id: uuid(SPACE, 3), title: "new third", points: null, state: "open", version: 2 } }),
    then: [{ request: del(row(3)), expect: ok() }],
  },
  {
    name: "change: a replacement needs what is required",
    as: as.secretKey,
    needs,
    request: put(row(1), { points: 4 }),
    expect: refused(422, "VALIDATION", "title"),
    then: [isFirst],
  },
  {
    name: "change: null where a value is required",
    as: as.secretKey,
    needs,
    request: patch(row(1), { title: null }),
    expect: refused(422, "VALIDATION", "title"),
    then: [isFirst],
  },
  {
    name: "change: a wrong type",
    as: as.secretKey,
    needs,
    request: patch(row(1), { title: "x", points: "many" }),
    expect: refused(422, "VALIDATION", "points"),
    then: [isFirst],
  },
  {
    name: "change: an unknown field",
    as: as.secretKey,
    needs,
    request: patch(row(1), { title: "x", nope: 1 }),
    expect: refused(422, "UNKNOWN_FIELD", "nope"),
    then: [isFirst],
  },
  {
    name: "change: version is the server's",
    as: as.secretKey,
    needs,
    request: patch(row(1), { version: 9 }),
    expect: refused(422, "VALIDATION", "version"),
    then: [isFirst],
  },
  {
    name: "change: the id stays",
    as: as.secretKey,
    needs,
    request: patch(row(1), { id: uuid(SPACE, 99) }),
    expect: refused(422, "VALIDATION", "id"),
    then: [isFirst],
  },
  {
    name: "change: an item that is not there",
    as: as.secretKey,
    needs,
    request: patch(row(404), { title: "x" }),
    expect: refused(404, "ITEM_NOT_FOUND"),
  },
  {
    name: "change: a replacement makes no item",
    as: as.secretKey,
    needs,
    request: put(row(404), { title: "x" }),
    expect: refused(404, "ITEM_NOT_FOUND"),
    then: [{ request: get(row(404)), expect: refused(404, "ITEM_NOT_FOUND") }],
  },
  {
    name: "change: an id that is none is no item",
    as: as.secretKey,
    needs,
    request: get("/api/items/tasks/1' OR '1'='1"),
    expect: refused(404, "ITEM_NOT_FOUND"),
  },
  {
    name: "change: a list is no patch",
    as: as.secretKey,
    needs,
    request: patch(row(1), [{ title: "x" }]),
    expect: refused(422, "VALIDATION"),
    then: [isFirst],
  },
  {
    name: "delete: what others need stays",
    as: as.secretKey,
    needs,
    given: [
      { request: post("/api/items/groups", { id: uuid(SPACE, 10), name: "strict" }), expect: created() },
      {
        request: post("/api/items/tasks", { id: uuid(SPACE, 11), title: "holder", strict: uuid(SPACE, 10) }),
        expect: created(),
      },
    ],
    request: del(group(10)),
    expect: {
      ...refused(409, "REFERENCE_IN_USE"),
      contains: ["1 of tasks by strict"],
      body: { error: { details: { referrers: [{ collection: "tasks", field: "strict", items: 1 }] } } },
    },
    then: [
      { request: get(group(10)), expect: ok({ data: { name: "strict" } }) },
      { request: del(row(11)), expect: ok() },
      { request: del(group(10)), expect: ok() },
    ],
  },
  {
    name: "delete: what others need stays, and they are named to those only who may read them",
    as: as.user("alice"),
    needs: [guests],
    request: del(`/api/items/hosts/${uuid(SPACE, 30)}`),
    expect: { ...refused(409, "REFERENCE_IN_USE"), excludes: ["guests", "invited_by", ...INTERNALS] },
    then: [
      {
        as: as.secretKey,
        request: del("/api/items/hosts", { filter: {}, all: "true" }),
        expect: { ...refused(409, "REFERENCE_IN_USE"), contains: ["1 of guests by invited_by"], excludes: INTERNALS },
      },
      { request: items("hosts"), expect: { ...ok(rows(SPACE, 30)), excludes: [] } },
    ],
  },
  {
    name: "delete: a loose relation becomes null",
    as: as.secretKey,
    needs,
    given: [
      { request: post("/api/items/groups", { id: uuid(SPACE, 20), name: "loose" }), expect: created() },
      {
        request: post("/api/items/tasks", { id: uuid(SPACE, 21), title: "free", loose: uuid(SPACE, 20) }),
        expect: created(),
      },
    ],
    request: del(group(20)),
    expect: ok({ data: { id: uuid(SPACE, 20) } }),
    then: [
      { request: get(row(21)), expect: ok({ data: { title: "free", loose: hidden } }) },
      { request: del(row(21)), expect: ok() },
    ],
  },
  {
    name: "delete: what is bound goes along",
    as: as.secretKey,
    needs,
    given: [
      { request: post("/api/items/groups", { id: uuid(SPACE, 30), name: "bound" }), expect: created() },
      {
        request: post("/api/items/tasks", { id: uuid(SPACE, 31), title: "tied", bound: uuid(SPACE, 30) }),
        expect: created(),
      },
    ],
    request: del(group(30)),
    expect: ok(),
    then: [{ request: get(row(31)), expect: { status: 404, code: "ITEM_NOT_FOUND" } }],
  },
  {
    name: "change: a unique value that is taken",
    as: as.secretKey,
    needs,
    given: [
      {
        request: post("/api/items/groups", [
          { id: uuid(SPACE, 40), name: "forty" },
          { id: uuid(SPACE, 41), name: "forty-one" },
        ]),
        expect: created(),
      },
    ],
    request: patch(group(41), { name: "forty" }),
    expect: refused(409, "UNIQUE_VIOLATION", "name"),
    then: [
      { request: items("groups", { sort: "name" }), expect: ok({ data: [{ name: "forty" }, { name: "forty-one" }] }) },
    ],
  },
];
