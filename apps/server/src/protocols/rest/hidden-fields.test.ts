/** The answer about a hidden field is the same whatever the field is; the answer about an absent one names no hidden field. */
import { describe, expect, test } from "bun:test";
import {
  answerTo,
  batch,
  get,
  HIDDEN_FIELDS,
  json,
  openHiddenWorld,
  type Place,
  send,
} from "../../testing/hidden-world.ts";

const ABSENT = HIDDEN_FIELDS.map((name) => name.replace("hid_", "hix_"));

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
  ({ app }, name, headers) =>
    app.call(`/api/items/shown/import?${search(name)}`, { method: "POST", headers, body: text(name) });

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

const PLACES: Readonly<Record<string, Place>> = {
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
  "get fields": get((n, id) => `/api/items/shown/${id}?fields=${n}`),
  "get expand": get((n, id) => `/api/items/shown/${id}?expand=${n}`),
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
    (_, id) => `/api/items/shown/${id}`,
    (n) => ({ [n]: "x" }),
  ),
  "patch operator": send(
    "PATCH",
    (_, id) => `/api/items/shown/${id}`,
    (n) => ({ [n]: { $inc: 1 } }),
  ),
  "patch link": send(
    "PATCH",
    (_, id) => `/api/items/shown/${id}`,
    (n, id) => ({ [n]: { $link: [id] } }),
  ),
  put: send(
    "PUT",
    (_, id) => `/api/items/shown/${id}`,
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
  "batch update": batch((n, id) => ({ op: "update", collection: "shown", id, data: { [n]: "x" } })),
  "batch upsert": batch((n) => ({ op: "upsert", collection: "shown", on_conflict: [n], data: { name: "b" } })),
  "live query": get((n) => `/api/realtime/items/shown?live=1&poll=1&filter=${json({ [n]: "x" })}`),
  stream: get((n) => `/api/realtime/items/shown?poll=1&filter=${json({ [n]: "x" })}`),
  "stream fields": get((n) => `/api/realtime/items/shown?poll=1&fields=${n}`),
  "live sort": get((n) => `/api/realtime/items/shown?live=1&poll=1&sort=${n}`),
  "live expand": get((n) => `/api/realtime/items/shown?live=1&poll=1&expand=${n}`),
};

const world = await openHiddenWorld();
const answersTo = (place: Place, names: readonly string[], caller: Record<string, string>) =>
  Promise.all(names.map((name) => answerTo(place, world, name, caller)));

describe.each(Object.entries(world.callers))("to a %s", (_, caller) => {
  test.each(Object.entries(PLACES))("%s", async (_, place) => {
    const hidden = await answersTo(place, HIDDEN_FIELDS, caller);
    expect(hidden).toEqual(HIDDEN_FIELDS.map(() => hidden[0]!));
    expect(hidden[0]).not.toMatch(/^5|hid_/);
    expect((await answersTo(place, ABSENT, caller)).join()).not.toMatch(/hid_/);
  });
});
