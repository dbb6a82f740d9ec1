/** The answer about a hidden collection is the same whatever the collection is; the answer about an absent one names no hidden one. */
import { describe, expect, test } from "bun:test";
import {
  answerTo,
  batch,
  get,
  HIDDEN_COLLECTIONS,
  json,
  openHiddenWorld,
  type Place,
  send,
} from "../../testing/hidden-world.ts";

const PLACES: Readonly<Record<string, Place>> = {
  list: get((n) => `/api/items/${n}`),
  get: get((n, id) => `/api/items/${n}/${id}`),
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
    (n, id) => `/api/items/${n}/${id}`,
    () => ({ name: "x" }),
  ),
  put: send(
    "PUT",
    (n, id) => `/api/items/${n}/${id}`,
    () => ({ name: "x" }),
  ),
  delete: send("DELETE", (n, id) => `/api/items/${n}/${id}`),
  "patch many": send(
    "PATCH",
    (n) => `/api/items/${n}?filter=${json({ name: "x" })}`,
    () => ({ name: "x" }),
  ),
  "delete many": send("DELETE", (n) => `/api/items/${n}?filter=${json({ name: "x" })}`),
  import: ({ app }, name, headers) =>
    app.call(`/api/items/${name}/import?format=csv`, { method: "POST", headers, body: "name\na\n" }),
  export: get((n) => `/api/items/${n}/export?format=csv`),
  batch: batch((n) => ({ op: "create", collection: n, data: { name: "x" } })),
  "batch delete": batch((n, id) => ({ op: "delete", collection: n, id })),
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
    (n, id) => `/api/items/${n}/${id}`,
    () => ({}),
  ),
  "an unknown path": get((n) => `/api/items/${n}/x/y/z`),
};

const world = await openHiddenWorld();

describe.each(Object.entries(world.callers))("to a %s", (_, caller) => {
  test.each(Object.entries(PLACES))("%s", async (_, place) => {
    const hidden = await Promise.all(HIDDEN_COLLECTIONS.map((name) => answerTo(place, world, name, caller)));
    expect(hidden).toEqual(HIDDEN_COLLECTIONS.map(() => hidden[0]!));
    expect(hidden[0]).not.toMatch(/^[25]|hid_/);
    expect(await answerTo(place, world, "hix_sets", caller)).not.toMatch(/hid_/);
  });
});
