import type { Json, JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { collection, list, relation } from "../../fixtures/collection.ts";
import { aUuid, type Expected } from "../../match.ts";
import { created, del, get, ok, post, type Reply, type Scenario, type Step } from "../../scenario.ts";

const maps = collection({ slug: "maps_kept", fields: [{ name: "name", type: "text" }] });
const atlases = collection(
  {
    slug: "atlases",
    fields: [
      { name: "name", type: "text", required: true, unique: true, min_length: 1, note: "on its cover" },
      { name: "year", type: "integer", indexed: true, min: 1500 },
      { name: "price", type: "decimal", precision: 9, scale: 3, default: "1.000" },
      { name: "kind", type: "enum", values: ["a", "b"] },
      relation("map", "maps_kept", { on_delete: "set_null" }),
      list("maps", "maps_kept", { through: "atlases_maps" }),
    ],
    unique_together: [["year", "kind"]],
    default_sort: "-year",
    note: "kept",
  },
  { needs: [maps] },
);
const notes = collection({ slug: "loose_notes", kind: "document", indexed_paths: ["a.b"] } as never);

const dataOf = (reply: Reply | undefined): JsonObject => (reply!.json as { data: JsonObject }).data;
const back = (path: string, of: (data: JsonObject) => Json = (data) => data) => {
  return ({ replies }: { replies: readonly Reply[] }) => post(path, of(dataOf(replies.at(-1))));
};

/** A definition as it was answered makes an equal one. */
const remade = (slug: string): Scenario => ({
  name: `own answers: the definition of ${slug} is accepted`,
  as: as.secretKey,
  needs: [atlases, notes],
  given: [{ request: get(`/api/collections/${slug}`), expect: ok() }],
  request: back("/api/collections", (data) => ({ ...data, slug: `${slug}_again` })),
  expect: created({ data: { id: aUuid, slug: `${slug}_again`, version: 1 } }),
  verify(reply, _world, { replies }) {
    const [before, after] = [dataOf(replies[0]), dataOf(reply)].map(({ id, slug, created_at, version, ...own }) =>
      JSON.stringify(own).replaceAll(String(slug), "slug"),
    );
    if (before !== after) throw new Error(`made ${after} of ${before}`);
  },
  then: [{ request: del(`/api/collections/${slug}_again`, { confirm: `${slug}_again` }), expect: ok() }],
});

const made = (what: string, given: Step, path: string, change: JsonObject, data: Expected): Scenario => ({
  name: `own answers: ${what} is accepted`,
  as: as.secretKey,
  needs: [notes],
  given: [given],
  request: back(path, (answer) => ({ ...answer, ...change })),
  expect: created({ data }),
});

export const scenarios: Scenario[] = [
  remade("loose_notes"),
  remade("maps_kept"),
  {
    ...remade("atlases"),
    // The list's junction belongs to the first collection, so the copy goes without.
    request: back("/api/collections", (data) => ({
      ...data,
      slug: "atlases_again",
      fields: (data.fields as JsonObject[]).filter(({ type }) => type !== "relation_many"),
    })),
    verify() {},
  },
  made(
    "a rule",
    {
      request: post("/api/permissions", { role: "public", collection: "loose_notes", action: "read" }),
      expect: created(),
    },
    "/api/permissions",
    { action: "create" },
    { id: aUuid, role: "public", collection: "loose_notes", action: "create" },
  ),
  made(
    "a role",
    { request: post("/api/roles", { name: "keeper", description: "keeps" }), expect: created() },
    "/api/roles",
    { name: "keeper_again" },
    { name: "keeper_again", description: "keeps" },
  ),
];
