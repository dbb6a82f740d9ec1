import type { Json, JsonObject } from "@plinth/core";
import { as, type Who } from "./as.ts";
import { collection } from "./fixtures/collection.ts";
import { must } from "./match.ts";
import { namedRows } from "./rows.ts";
import { type Call, get, post } from "./scenario.ts";
import type { World } from "./world.ts";

export const MAKERS = namedRows(128, { one: 1, two: 2, three: 3, four: 4, five: 5, six: 6 });
export const THINGS = namedRows(129, {
  a: 1,
  b: 2,
  c: 3,
  d: 4,
  e: 5,
  f: 6,
  g: 7,
  h: 8,
  i: 9,
  j: 10,
  k: 11,
  l: 12,
  m: 13,
  n: 14,
});

export const undoMakers = collection(
  { slug: "undo_makers", fields: [{ name: "name", type: "text" }] },
  { rules: [{ role: "authenticated", action: "create" }] },
);
export const undoThings = collection(
  {
    slug: "undo_things",
    fields: [
      { name: "title", type: "text", required: true },
      { name: "code", type: "text", unique: true },
      { name: "cents", type: "integer" },
      { name: "facts", type: "json" },
      { name: "maker", type: "relation", to: "undo_makers", on_delete: "cascade" },
      { name: "tester", type: "relation", to: "undo_makers", on_delete: "set_null" },
      { name: "part_of", type: "relation", to: "undo_things" },
    ],
  },
  { needs: [undoMakers] },
);
export const undoPapers = collection({ slug: "undo_papers", kind: "document", fields: [] });

const admin = as.secretKey;
export const undo = (body: JsonObject): Call => post("/api/changes/undo", body);
export const thing = (id: string): string => `/api/items/undo_things/${id}`;

/** Does it, and gives back the request's id and data. */
export async function done(world: World, call: Call, who: Who = admin): Promise<{ request: string; data: JsonObject }> {
  const reply = await world.send(who, call);
  if (reply.status > 299) throw new Error(`${call.method} ${call.path} gave ${reply.status} ${reply.text}`);
  return { request: reply.headers.get("x-request-id")!, data: (reply.json as JsonObject).data as JsonObject };
}

export async function read(world: World, id: string): Promise<JsonObject | undefined> {
  const reply = await world.send(admin, get(thing(id)));
  return reply.status === 404 ? undefined : ((reply.json as JsonObject).data as JsonObject);
}

export async function conflictsOf(world: World, body: JsonObject): Promise<Json> {
  const reply = await world.send(admin, undo(body));
  const { code, details } = (reply.json as JsonObject).error as JsonObject;
  must({ status: reply.status, code: code! }, { status: 409, code: "CONFLICT" });
  return (details as JsonObject).conflicts!;
}
