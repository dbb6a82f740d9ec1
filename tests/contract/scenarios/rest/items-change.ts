import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { hidden } from "../../match.ts";
import { type NameOf, namedRows, rowsOf } from "../../rows.ts";
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
  type Scenario,
  type Step,
} from "../../scenario.ts";

const SPACE = 43;
/** The last two are nobody's. */
const TASKS = namedRows(SPACE, {
  first: 1,
  second: 2,
  third: 3,
  holder: 11,
  free: 21,
  tied: 31,
  another: 99,
  missing: 404,
});
const GROUPS = namedRows(SPACE, { strict: 10, loose: 20, bound: 30, forty: 40, fortyOne: 41 });
const HOSTS = namedRows(SPACE, { host: 30 });

const row = (name: NameOf<typeof TASKS>): string => `/api/items/tasks/${TASKS[name]}`;
const group = (name: NameOf<typeof GROUPS>): string => `/api/items/groups/${GROUPS[name]}`;

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
  { needs: [groups], rows: [{ id: TASKS.first, title: "first", points: 3 }] },
);
const hosts = collection(
  { slug: "hosts", fields: [{ name: "name", type: "text" }] },
  {
    rules: [
      { role: "authenticated", action: "read" },
      { role: "authenticated", action: "delete" },
    ],
    rows: [{ id: HOSTS.host, name: "host" }],
  },
);
const guests = collection(
  { slug: "guests", fields: [{ name: "invited_by", type: "relation", to: "hosts" }] },
  { needs: [hosts], rows: [{ invited_by: HOSTS.host }] },
);

const needs = [tasks];

const isFirst: Step = {
  as: as.secretKey,
  request: get(row("first")),
  expect: ok({ data: { title: "first", points: 3, state: "open" } }),
};

export const scenarios: Scenario[] = [
  {
    name: "change: a patch sets what it names and raises the version",
    as: as.secretKey,
    needs,
    given: [{ request: post("/api/items/tasks", { id: TASKS.second, title: "second", points: 1 }), expect: created() }],
    request: patch(row("second"), { points: 2, state: "done" }),
    expect: ok({ data: { id: TASKS.second, title: "second", points: 2, state: "done", version: 2 } }),
    then: [
      { request: patch(row("second"), { points: null }), expect: ok({ data: { points: null, version: 3 } }) },
      { request: get(row("second")), expect: ok({ data: { title: "second", points: null, version: 3 } }) },
      { request: del(row("second")), expect: ok({ data: { id: TASKS.second } }) },
      { request: del(row("second")), expect: { status: 404, code: "ITEM_NOT_FOUND" } },
      { request: get(row("second")), expect: { status: 404, code: "ITEM_NOT_FOUND" } },
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
        request: post("/api/items/tasks", { id: TASKS.third, title: "third", points: 9, state: "done" }),
        expect: created(),
      },
    ],
    request: put(row("third"), { title: "new third" }),
    expect: ok({ data: { id: TASKS.third, title: "new third", points: null, state: "open", version: 2 } }),
    then: [{ request: del(row("third")), expect: ok() }],
  },
  {
    name: "change: a replacement needs what is required",
    as: as.secretKey,
    needs,
    request: put(row("first"), { points: 4 }),
    expect: refused(422, "VALIDATION", "title"),
    then: [isFirst],
  },
  {
    name: "change: null where a value is required",
    as: as.secretKey,
    needs,
    request: patch(row("first"), { title: null }),
    expect: refused(422, "VALIDATION", "title"),
    then: [isFirst],
  },
  {
    name: "change: a wrong type",
    as: as.secretKey,
    needs,
    request: patch(row("first"), { title: "x", points: "many" }),
    expect: refused(422, "VALIDATION", "points"),
    then: [isFirst],
  },
  {
    name: "change: an unknown field",
    as: as.secretKey,
    needs,
    request: patch(row("first"), { title: "x", nope: 1 }),
    expect: refused(422, "UNKNOWN_FIELD", "nope"),
    then: [isFirst],
  },
  {
    name: "change: version is the server's",
    as: as.secretKey,
    needs,
    request: patch(row("first"), { version: 9 }),
    expect: refused(422, "VALIDATION", "version"),
    then: [isFirst],
  },
  {
    name: "change: the id stays",
    as: as.secretKey,
    needs,
    request: patch(row("first"), { id: TASKS.another }),
    expect: refused(422, "VALIDATION", "id"),
    then: [isFirst],
  },
  {
    name: "change: an item that is not there",
    as: as.secretKey,
    needs,
    request: patch(row("missing"), { title: "x" }),
    expect: refused(404, "ITEM_NOT_FOUND"),
  },
  {
    name: "change: a replacement makes no item",
    as: as.secretKey,
    needs,
    request: put(row("missing"), { title: "x" }),
    expect: refused(404, "ITEM_NOT_FOUND"),
    then: [{ request: get(row("missing")), expect: refused(404, "ITEM_NOT_FOUND") }],
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
    request: patch(row("first"), [{ title: "x" }]),
    expect: refused(422, "VALIDATION"),
    then: [isFirst],
  },
  {
    name: "delete: what others need stays",
    as: as.secretKey,
    needs,
    given: [
      { request: post("/api/items/groups", { id: GROUPS.strict, name: "strict" }), expect: created() },
      {
        request: post("/api/items/tasks", { id: TASKS.holder, title: "holder", strict: GROUPS.strict }),
        expect: created(),
      },
    ],
    request: del(group("strict")),
    expect: {
      ...refused(409, "REFERENCE_IN_USE"),
      contains: ["1 of tasks by strict"],
      body: { error: { details: { referrers: [{ collection: "tasks", field: "strict", items: 1 }] } } },
    },
    then: [
      { request: get(group("strict")), expect: ok({ data: { name: "strict" } }) },
      { request: del(row("holder")), expect: ok() },
      { request: del(group("strict")), expect: ok() },
    ],
  },
  {
    name: "delete: what others need stays, and they are named to those only who may read them",
    as: as.user("alice"),
    needs: [guests],
    request: del(`/api/items/hosts/${HOSTS.host}`),
    expect: { ...refused(409, "REFERENCE_IN_USE"), excludes: ["guests", "invited_by", ...INTERNALS] },
    then: [
      {
        as: as.secretKey,
        request: del("/api/items/hosts", { filter: {}, all: "true" }),
        expect: { ...refused(409, "REFERENCE_IN_USE"), contains: ["1 of guests by invited_by"], excludes: INTERNALS },
      },
      { request: items("hosts"), expect: { ...ok(rowsOf(HOSTS, "host")), excludes: [] } },
    ],
  },
  {
    name: "delete: a loose relation becomes null",
    as: as.secretKey,
    needs,
    given: [
      { request: post("/api/items/groups", { id: GROUPS.loose, name: "loose" }), expect: created() },
      {
        request: post("/api/items/tasks", { id: TASKS.free, title: "free", loose: GROUPS.loose }),
        expect: created(),
      },
    ],
    request: del(group("loose")),
    expect: ok({ data: { id: GROUPS.loose } }),
    then: [
      { request: get(row("free")), expect: ok({ data: { title: "free", loose: hidden } }) },
      { request: del(row("free")), expect: ok() },
    ],
  },
  {
    name: "delete: what is bound goes along",
    as: as.secretKey,
    needs,
    given: [
      { request: post("/api/items/groups", { id: GROUPS.bound, name: "bound" }), expect: created() },
      {
        request: post("/api/items/tasks", { id: TASKS.tied, title: "tied", bound: GROUPS.bound }),
        expect: created(),
      },
    ],
    request: del(group("bound")),
    expect: ok(),
    then: [{ request: get(row("tied")), expect: { status: 404, code: "ITEM_NOT_FOUND" } }],
  },
  {
    name: "change: a unique value that is taken",
    as: as.secretKey,
    needs,
    given: [
      {
        request: post("/api/items/groups", [
          { id: GROUPS.forty, name: "forty" },
          { id: GROUPS.fortyOne, name: "forty-one" },
        ]),
        expect: created(),
      },
    ],
    request: patch(group("fortyOne"), { name: "forty" }),
    expect: refused(409, "UNIQUE_VIOLATION", "name"),
    then: [
      { request: items("groups", { sort: "name" }), expect: ok({ data: [{ name: "forty" }, { name: "forty-one" }] }) },
    ],
  },
];
