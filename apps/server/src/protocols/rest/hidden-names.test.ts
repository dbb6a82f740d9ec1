/**
 * Wherever a caller can give a name: the answer about a hidden field is the same whatever the field is, so that nothing
 * is learnt but that the name is taken, and the answer about an absent one names no hidden one. So it is for collections.
 */
import { beforeAll, describe, expect, test } from "bun:test";
import { bearer, type TestApp, testApp } from "../../testing/app.ts";

/** Of every kind, and names as long as these that do not exist. */
const HIDDEN = ["hid_code", "hid_mark", "hid_size", "hid_when", "hid_json", "hid_link", "hid_lots"];
const ABSENT = HIDDEN.map((name) => name.replace("hid_", "hix_"));
const HIDDEN_COLLECTIONS = ["hid_sets", "hid_docs"];

let world: TestApp;
const callers: { [name: string]: Record<string, string> } = { stranger: {} };
let id: string;

beforeAll(async () => {
  world = testApp({ maxBodyBytes: 100_000 });
  const operator = bearer(await world.signUp("operator@example.com"));
  const make = async (path: string, body: object, method = "POST"): Promise<{ id: string }> => {
    const response = await world.send(path, body, operator, method);
    const { data, error } = (await response.json()) as { data: { id: string }; error?: unknown };
    if (error) throw new Error(JSON.stringify(error));
    return data;
  };
  await make("/api/collections", {
    slug: "hid_sets",
    fields: [{ name: "name", type: "text", unique: true }],
  });
  await make("/api/collections", { slug: "hid_docs", kind: "document", fields: [] });
  await make("/api/collections", { slug: "sides", fields: [{ name: "name", type: "text", unique: true }] });
  await make("/api/collections", {
    slug: "shown",
    fields: [
      { name: "name", type: "text" },
      { name: "side", type: "relation", to: "sides" },
      { name: "hid_code", type: "text" },
      { name: "hid_mark", type: "text", unique: true },
      { name: "hid_size", type: "integer" },
      { name: "hid_when", type: "timestamp" },
      { name: "hid_json", type: "json" },
      { name: "hid_link", type: "relation", to: "hid_sets" },
    ],
  });
  const addField = (slug: string, field: object) => make(`/api/collections/${slug}`, { fields: [field] }, "PATCH");
  await addField("hid_sets", { name: "back", type: "relation", to: "shown" });
  await addField("shown", { name: "hid_lots", type: "relation_many", to: "hid_sets", via: "back" });
  const item = { name: "one", hid_code: "x", hid_mark: "m", hid_size: 1, hid_json: { a: 1 } };
  id = (await make("/api/items/shown", item)).id;
  for (const role of ["public", "authenticated"]) {
    for (const action of ["read", "create", "update"]) {
      await make("/api/permissions", { role, collection: "shown", action, fields: ["name", "side"] });
    }
    await make("/api/permissions", { role, collection: "sides", action: "read" });
    await make("/api/permissions", { role, collection: "shown", action: "delete" });
  }
  callers.user = bearer(await world.signUp("user@example.com"));
});

type Place = (name: string, caller: Record<string, string>) => Promise<Response>;
const json = (value: unknown): string => encodeURIComponent(JSON.stringify(value));
const get =
  (path: (name: string) => string): Place =>
  (name, caller) =>
    world.call(path(name), { headers: caller });
const send =
  (method: string, path: (name: string) => string, body?: (name: string) => unknown): Place =>
  (name, caller) =>
    world.send(path(name), body?.(name), caller, method);
const list = (query: (name: string) => string) => get((name) => `/api/items/shown?${query(name)}`);
const query = (body: (name: string) => unknown) => send("POST", () => "/api/items/shown/query", body);
const aggregate = (body: (name: string) => object) =>
  send(
    "POST",
    () => "/api/items/shown/aggregate",
    (name) => ({ aggregates: { n: { count: "*" } }, ...body(name) }),
  );
const importing =
  (search: (name: string) => string, text: (name: string) => string): Place =>
  (name, caller) =>
    world.call(`/api/items/shown/import?${search(name)}`, { method: "POST", headers: caller, body: text(name) });
const batch = (operation: (name: string) => object) =>
  send(
    "POST",
    () => "/api/batch",
    (name) => ({ operations: [operation(name)] }),
  );

const VALUES: { [name: string]: unknown } = { text: "x", number: 5, null: null, list: ["x"], object: { name: "x" } };
const OPERATORS = [
  "_eq",
  "_in",
  "_icontains",
  "_starts_with",
  "_null",
  "_gt",
  "_some",
  "_none",
  "_contains",
  "_regex",
  "_zzz",
];
const operandOf = (operator: string) => (operator === "_in" ? ["x"] : operator === "_null" ? true : "x");

const OF_FIELDS: { [place: string]: Place } = {
  ...Object.fromEntries(
    Object.entries(VALUES).map(([kind, value]) => [`filter by ${kind}`, list((n) => `filter=${json({ [n]: value })}`)]),
  ),
  ...Object.fromEntries(
    OPERATORS.map((op) => [`filter ${op}`, list((n) => `filter=${json({ [n]: { [op]: operandOf(op) } })}`)]),
  ),
  "filter in $or": list((n) => `filter=${json({ $or: [{ name: "x" }, { [n]: "x" }] })}`),
  "filter in $not": list((n) => `filter=${json({ $not: { [n]: "x" } })}`),
  "filter path": list((n) => `filter=${json({ [`${n}.name`]: "x" })}`),
  "filter path of id": list((n) => `filter=${json({ [`${n}.id`]: "x" })}`),
  "filter count": list((n) => `filter=${json({ [`count(${n})`]: { _gt: 0 } })}`),
  "filter max": list((n) => `filter=${json({ [`max(${n}.name)`]: "x" })}`),
  "filter folded": list((n) => `filter=${json({ [n]: { _ieq: "x" } })}`),
  "filter behind a relation": list((n) => `filter=${json({ [`side.${n}`]: "x" })}`),
  "filter against a field": list((n) => `filter=${json({ name: { _eq: { $field: n } } })}`),
  "filter by another product's form": list((n) => `filter[${n}][_eq]=x`),
  "a bare parameter": list((n) => `${n}=eq.x`),
  sort: list((n) => `sort=${n}`),
  "sort down": list((n) => `sort=-${n}`),
  "sort path": list((n) => `sort=${n}.name`),
  "sort count": list((n) => `sort=count(${n})`),
  "sort in another form": list((n) => `sort=${n}.desc`),
  fields: list((n) => `fields=${n}`),
  "fields among others": list((n) => `fields=name,${n}`),
  "fields path": list((n) => `fields=x:${n}.name`),
  "fields alias": list((n) => `fields=x:${n}`),
  "fields as alias": list((n) => `fields=${n}:name`),
  "fields through": list((n) => `fields=${n}.name`),
  "fields all of": list((n) => `fields=${n}.*`),
  "fields cast": list((n) => `fields=${n}::text`),
  "fields count": list((n) => `fields=x:count(${n})`),
  expand: list((n) => `expand=${n}`),
  "expand path": list((n) => `expand=side.${n}`),
  "expand deep": list((n) => `expand=${n}.side`),
  "expand object": list((n) => `expand=${json({ [n]: { fields: "name" } })}`),
  "expand fields": list((n) => `expand=${json({ side: { fields: n } })}`),
  "expand sort": list((n) => `expand=${json({ side: { sort: n } })}`),
  "expand filter": list((n) => `expand=${json({ side: { filter: { [n]: "x" } } })}`),
  "expand relation": list((n) => `expand=${json({ x: { relation: n } })}`),
  explain: list((n) => `explain=1&filter=${json({ [n]: "x" })}`),
  count: list((n) => `meta=filter_count&count=estimate&filter=${json({ [n]: "x" })}`),
  query: query((n) => ({ filter: { [n]: "x" } })),
  "query sort": query((n) => ({ sort: [n] })),
  "query fields": query((n) => ({ fields: [n] })),
  "query expand": query((n) => ({ expand: { [n]: {} } })),
  "get fields": get((n) => `/api/items/shown/${id}?fields=${n}`),
  "get expand": get((n) => `/api/items/shown/${id}?expand=${n}`),
  group: aggregate((n) => ({ group_by: [n] })),
  "group bucket": aggregate((n) => ({ group_by: [{ field: n, bucket: "day", as: "x" }] })),
  "group path": aggregate((n) => ({ group_by: [{ field: `${n}.name`, as: "x" }] })),
  ...Object.fromEntries(
    ["count", "sum", "avg", "min", "max", "count_distinct"].map((f) => [
      `aggregate ${f}`,
      aggregate((n) => ({ aggregates: { x: { [f]: n } } })),
    ]),
  ),
  "aggregate filter": aggregate((n) => ({ filter: { [n]: "x" } })),
  having: aggregate((n) => ({ having: { [n]: { _gt: 1 } } })),
  "aggregate sort": aggregate((n) => ({ sort: n })),
  create: send(
    "POST",
    () => "/api/items/shown",
    (n) => ({ name: "c", [n]: "x" }),
  ),
  "create null": send(
    "POST",
    () => "/api/items/shown",
    (n) => ({ name: "c", [n]: null }),
  ),
  "create object": send(
    "POST",
    () => "/api/items/shown",
    (n) => ({ name: "c", [n]: { name: "x" } }),
  ),
  "create list": send(
    "POST",
    () => "/api/items/shown",
    (n) => ({ name: "c", [n]: [{ name: "x" }] }),
  ),
  "create many": send(
    "POST",
    () => "/api/items/shown",
    (n) => [{ name: "c" }, { name: "d", [n]: 1 }],
  ),
  "create nested": send(
    "POST",
    () => "/api/items/shown",
    (n) => ({ name: "c", side: { _lookup: { [n]: "x" } } }),
  ),
  "create returning": send(
    "POST",
    (n) => `/api/items/shown?fields=${n}`,
    () => ({ name: "c" }),
  ),
  upsert: send(
    "POST",
    (n) => `/api/items/shown?on_conflict=${n}`,
    () => ({ name: "c" }),
  ),
  "upsert pair": send(
    "POST",
    (n) => `/api/items/shown?on_conflict=name,${n}`,
    () => ({ name: "c" }),
  ),
  patch: send(
    "PATCH",
    () => `/api/items/shown/${id}`,
    (n) => ({ [n]: "x" }),
  ),
  "patch operator": send(
    "PATCH",
    () => `/api/items/shown/${id}`,
    (n) => ({ [n]: { $inc: 1 } }),
  ),
  "patch link": send(
    "PATCH",
    () => `/api/items/shown/${id}`,
    (n) => ({ [n]: { $link: [id] } }),
  ),
  put: send(
    "PUT",
    () => `/api/items/shown/${id}`,
    (n) => ({ name: "p", [n]: "x" }),
  ),
  "patch by filter": send(
    "PATCH",
    (n) => `/api/items/shown?filter=${json({ [n]: "x" })}`,
    () => ({ name: "x" }),
  ),
  "patch of many": send(
    "PATCH",
    () => `/api/items/shown?filter=${json({ name: "zz" })}`,
    (n) => ({ [n]: "x" }),
  ),
  "delete by filter": send("DELETE", (n) => `/api/items/shown?filter=${json({ [n]: "x" })}`),
  "import csv": importing(
    () => "format=csv",
    (n) => `name,${n}\na,b\n`,
  ),
  "import json": importing(
    () => "format=json",
    (n) => JSON.stringify([{ name: "a", [n]: "b" }]),
  ),
  "import converting": importing(
    () => "format=json&convert=true",
    (n) => JSON.stringify([{ name: "a", [n]: "b" }]),
  ),
  "import dates": importing(
    () => "format=json&convert=true&dates=DD.MM.YYYY",
    (n) => JSON.stringify([{ name: "a", [n]: "b" }]),
  ),
  "import json lookup": importing(
    (n) => `format=json&map=${json({ q: `${n}.name` })}`,
    () => '[{"name":"a","q":"b"}]',
  ),
  "import ndjson dry": importing(
    () => "format=ndjson&dry_run=true",
    (n) => `{"name":"a","${n}":"b"}\n`,
  ),
  "import skipping": importing(
    () => "format=csv&unknown=skip&dry_run=true",
    (n) => `name,${n}\na,b\n`,
  ),
  "import map": importing(
    (n) => `format=csv&map=${json({ q: n })}`,
    () => "name,q\na,b\n",
  ),
  "import map lookup": importing(
    (n) => `format=csv&map=${json({ q: `${n}.name` })}`,
    () => "name,q\na,b\n",
  ),
  "import map into a relation": importing(
    (n) => `format=csv&map=${json({ q: `side.${n}` })}`,
    () => "name,q\na,b\n",
  ),
  "import on_conflict": importing(
    (n) => `format=csv&on_conflict=${n}`,
    () => "name\na\n",
  ),
  export: get((n) => `/api/items/shown/export?format=csv&fields=${n}`),
  "export filter": get((n) => `/api/items/shown/export?format=csv&filter=${json({ [n]: "x" })}`),
  "export sort": get((n) => `/api/items/shown/export?format=csv&sort=${n}`),
  "batch create": batch((n) => ({ op: "create", collection: "shown", data: { name: "b", [n]: "x" } })),
  "batch update": batch((n) => ({ op: "update", collection: "shown", id, data: { [n]: "x" } })),
  "batch upsert": batch((n) => ({ op: "upsert", collection: "shown", on_conflict: [n], data: { name: "b" } })),
  "live query": get((n) => `/api/realtime/items/shown?live=1&poll=1&filter=${json({ [n]: "x" })}`),
  stream: get((n) => `/api/realtime/items/shown?poll=1&filter=${json({ [n]: "x" })}`),
  "stream fields": get((n) => `/api/realtime/items/shown?poll=1&fields=${n}`),
  "live sort": get((n) => `/api/realtime/items/shown?live=1&poll=1&sort=${n}`),
  "live expand": get((n) => `/api/realtime/items/shown?live=1&poll=1&expand=${n}`),
};

const OF_COLLECTIONS: { [place: string]: Place } = {
  list: get((n) => `/api/items/${n}`),
  get: get((n) => `/api/items/${n}/${id}`),
  "list with a filter": get((n) => `/api/items/${n}?filter=${json({ name: "x" })}`),
  "list with a bad filter": get((n) => `/api/items/${n}?filter=${json({ zzz: "x" })}`),
  "list with a bad parameter": get((n) => `/api/items/${n}?limit=x`),
  query: send(
    "POST",
    (n) => `/api/items/${n}/query`,
    () => ({}),
  ),
  aggregate: send(
    "POST",
    (n) => `/api/items/${n}/aggregate`,
    () => ({ aggregates: { n: { count: "*" } } }),
  ),
  "bad aggregate": send(
    "POST",
    (n) => `/api/items/${n}/aggregate`,
    () => ({ aggregates: { n: { zzz: "*" } } }),
  ),
  create: send(
    "POST",
    (n) => `/api/items/${n}`,
    () => ({ name: "x" }),
  ),
  "bad create": send(
    "POST",
    (n) => `/api/items/${n}`,
    () => ({ zzz: "x" }),
  ),
  "create from text": send(
    "POST",
    (n) => `/api/items/${n}`,
    () => "x",
  ),
  upsert: send(
    "POST",
    (n) => `/api/items/${n}?on_conflict=name`,
    () => ({ name: "x" }),
  ),
  patch: send(
    "PATCH",
    (n) => `/api/items/${n}/${id}`,
    () => ({ name: "x" }),
  ),
  put: send(
    "PUT",
    (n) => `/api/items/${n}/${id}`,
    () => ({ name: "x" }),
  ),
  delete: send("DELETE", (n) => `/api/items/${n}/${id}`),
  "patch many": send(
    "PATCH",
    (n) => `/api/items/${n}?filter=${json({ name: "x" })}`,
    () => ({ name: "x" }),
  ),
  "delete many": send("DELETE", (n) => `/api/items/${n}?filter=${json({ name: "x" })}`),
  import: (name, headers) =>
    world.call(`/api/items/${name}/import?format=csv`, { method: "POST", headers, body: "name\na\n" }),
  export: get((n) => `/api/items/${n}/export?format=csv`),
  batch: batch((n) => ({ op: "create", collection: n, data: { name: "x" } })),
  "batch delete": batch((n) => ({ op: "delete", collection: n, id })),
  stream: get((n) => `/api/realtime/items/${n}?poll=1`),
  live: get((n) => `/api/realtime/items/${n}?live=1&poll=1`),
  definition: get((n) => `/api/collections/${n}`),
  "rules of one": get((n) => `/api/permissions?collection=${n}`),
  simulate: send(
    "POST",
    () => "/api/permissions/simulate",
    (n) => ({ roles: ["public"], collection: n, action: "read" }),
  ),
  "another method": send(
    "POST",
    (n) => `/api/items/${n}/${id}`,
    () => ({}),
  ),
  "an unknown path": get((n) => `/api/items/${n}/x/y/z`),
};

/** The answer with the name, ids and times left out. */
async function answerTo(place: Place, name: string, caller: Record<string, string>): Promise<string> {
  const response = await place(name, caller);
  const headers = [...response.headers].filter(([header]) => header !== "x-request-id" && header !== "content-length");
  const body = (await response.text())
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "<id>")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<time>")
    .replaceAll(/"(next|bookmark)":"[^"]*"/g, "<position>");
  return `${response.status} ${JSON.stringify(headers.sort())}\n${body}`.replaceAll(name, "<name>");
}

const answersTo = (place: Place, names: readonly string[], caller: string) =>
  Promise.all(names.map((name) => answerTo(place, name, callers[caller]!)));

for (const caller of ["stranger", "user"]) {
  describe(`to a ${caller}`, () => {
    for (const [name, place] of Object.entries(OF_FIELDS)) {
      test(`a field: ${name}`, async () => {
        const hidden = await answersTo(place, HIDDEN, caller);
        expect(hidden).toEqual(HIDDEN.map(() => hidden[0]!));
        expect(hidden[0]).not.toMatch(/^5|hid_/);
        expect((await answersTo(place, ABSENT, caller)).join()).not.toMatch(/hid_/);
      });
    }
    for (const [name, place] of Object.entries(OF_COLLECTIONS)) {
      test(`a collection: ${name}`, async () => {
        const hidden = await answersTo(place, HIDDEN_COLLECTIONS, caller);
        expect(hidden).toEqual(HIDDEN_COLLECTIONS.map(() => hidden[0]!));
        expect(hidden[0]).not.toMatch(/^[25]|hid_/);
        expect(await answerTo(place, "hix_sets", callers[caller]!)).not.toMatch(/hid_/);
      });
    }
  });
}
