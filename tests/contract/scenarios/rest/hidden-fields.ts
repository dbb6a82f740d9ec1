import type { JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { absent, exactly, must } from "../../match.ts";
import { type Call, created, get, INTERNALS, ok, patch, post, refused, type Scenario } from "../../scenario.ts";

const vaults = collection({ slug: "deep_vaults", fields: [{ name: "name", type: "text" }] });
/** Strangers give and see the name and the shelf; everything that is called `hid…` is hidden from them. */
const lots = collection(
  {
    slug: "lots",
    fields: [
      { name: "name", type: "text", required: true },
      { name: "shelf", type: "relation", to: "deep_vaults", note: "where it is" },
      { name: "hid_code", type: "text", unique: true, note: "hid_note", default: null },
      { name: "hid_kind", type: "enum", values: ["hid_a", "hid_b"], default: "hid_a", required: true },
      { name: "hid_owner", type: "text", required: true },
    ],
    unique_together: [["name", "hid_kind"]],
  },
  {
    needs: [vaults],
    rules: [
      { role: "public", action: "create", fields: ["name", "shelf"], presets: { hid_owner: "hid_somebody" } },
      { role: "public", action: "read", fields: ["name", "shelf"] },
      { role: "authenticated", action: "update", fields: ["name"] },
    ],
  },
);
/** A stranger may not give what is required, and no rule does. */
const closed = collection(
  {
    slug: "closed_lots",
    fields: [
      { name: "name", type: "text" },
      { name: "hid_owner", type: "text", required: true },
    ],
  },
  {
    rules: [
      { role: "public", action: "create", fields: ["name"] },
      { role: "public", action: "read", fields: ["name"] },
    ],
  },
);
const HIDDEN = ["hid_", ...INTERNALS];
const lot = (name: string): Call => post("/api/items/lots", { name });
const schemas = (document: unknown) =>
  (document as { components: { schemas: { [name: string]: JsonObject } } }).components.schemas;

/** What describes a collection shows a caller the fields that this caller may see or give, and no others. */
export const scenarios: Scenario[] = [
  {
    name: "hidden fields: OpenAPI shows a stranger what a stranger may give",
    as: as.anonymous,
    needs: [lots, closed],
    request: get("/api/openapi.json"),
    expect: { status: 200, excludes: ["hid_", "deep_vaults"] },
    verify(reply) {
      const { lots_item, lots_create, lots_patch = null } = schemas(reply.json);
      must(lots_item!, { properties: { id: {}, name: {}, shelf: {}, owner_id: absent } });
      must(lots_create!, {
        properties: { id: {}, name: {}, shelf: {}, owner_id: absent },
        required: exactly(["name"]),
      });
      if (lots_patch) throw new Error("a stranger may not change anything");
    },
  },
  {
    name: "hidden fields: OpenAPI shows a user what a user may change",
    as: as.user("alice"),
    needs: [lots],
    request: get("/api/openapi.json"),
    expect: { status: 200, excludes: ["hid_"] },
    verify(reply) {
      must(schemas(reply.json).lots_patch!, { properties: { name: {}, shelf: absent } });
    },
  },
  {
    name: "hidden fields: OpenAPI shows a secret key all of them",
    as: as.secretKey,
    needs: [lots],
    request: get("/api/openapi.json"),
    expect: { status: 200, contains: ["hid_note", "deep_vaults"], excludes: ["node_modules", "SQLITE", "c_0000"] },
    verify(reply) {
      must(schemas(reply.json).lots_create!, { required: exactly(["name", "hid_owner"]) });
    },
  },
  {
    name: "hidden fields: a preset gives what is required",
    as: as.anonymous,
    needs: [lots],
    request: lot("first"),
    expect: { ...created({ data: { name: "first" } }), excludes: HIDDEN },
  },
  {
    name: "hidden fields: an error about two equal items names visible fields only",
    as: as.anonymous,
    needs: [lots],
    given: [{ request: lot("twice"), expect: created() }],
    request: lot("twice"),
    expect: { ...refused(409, "UNIQUE_VIOLATION", "name"), contains: ['"fields":["name"]'], excludes: HIDDEN },
  },
  {
    name: "hidden fields: also in a list of items and in a batch",
    as: as.anonymous,
    needs: [lots],
    given: [
      {
        request: post("/api/items/lots", [{ name: "thrice" }, { name: "thrice" }]),
        expect: { ...refused(409, "UNIQUE_VIOLATION", "name"), excludes: HIDDEN },
      },
    ],
    request: post("/api/batch", {
      operations: ["thrice", "thrice"].map((name) => ({ op: "create", collection: "lots", data: { name } })),
    }),
    expect: { ...refused(409, "UNIQUE_VIOLATION", "operations.1.data.name"), excludes: HIDDEN },
  },
  {
    name: "hidden fields: what is required and cannot be given has no name",
    as: as.anonymous,
    needs: [closed],
    request: post("/api/items/closed_lots", { name: "x" }),
    expect: { ...refused(422, "VALIDATION", "body"), excludes: HIDDEN },
  },
  {
    name: "hidden fields: an error about an unknown field lists visible fields only",
    as: as.anonymous,
    needs: [lots],
    request: post("/api/items/lots", { name: "x", hi: 1 }),
    expect: { ...refused(422, "UNKNOWN_FIELD", "hi"), contains: ["name, shelf"], excludes: HIDDEN },
    then: [
      {
        request: get("/api/items/lots", { filter: { hi: 1 } }),
        expect: { status: 422, code: "UNKNOWN_FIELD", excludes: HIDDEN },
      },
      { request: get("/api/items/lots", { sort: "hi" }), expect: { status: 422, excludes: HIDDEN } },
      { request: get("/api/items/lots", { fields: "hi" }), expect: { status: 422, excludes: HIDDEN } },
      { request: get("/api/items/lots", { expand: "hi" }), expect: { status: 422, excludes: HIDDEN } },
      {
        request: {
          ...post("/api/items/lots/import", undefined),
          query: { format: "csv" },
          raw: "name,hi\nx,1\n",
          headers: { "content-type": "text/csv" },
        },
        expect: { status: 422, excludes: HIDDEN },
      },
      {
        request: { ...post("/api/items/lots", { name: "x" }), query: { on_conflict: "hi" } },
        expect: { status: 401, code: "UNAUTHORIZED", excludes: HIDDEN },
      },
      {
        as: as.user("alice"),
        request: { ...patch("/api/items/lots", { hi: 1 }), query: { filter: { name: "x" } } },
        expect: { status: 422, excludes: HIDDEN },
      },
    ],
  },
  {
    name: "hidden fields: a reference into a collection out of sight does not name it",
    as: as.anonymous,
    needs: [lots],
    request: post("/api/items/lots", { name: "x", shelf: "00000000-0000-4000-8000-000000000001" }),
    expect: { ...refused(422, "REFERENCE_NOT_FOUND", "shelf"), excludes: ["deep_vaults", ...HIDDEN] },
  },
  {
    name: "hidden fields: a list shows none of them",
    as: as.anonymous,
    needs: [lots],
    request: get("/api/items/lots"),
    expect: { ...ok(), excludes: HIDDEN },
  },
];
