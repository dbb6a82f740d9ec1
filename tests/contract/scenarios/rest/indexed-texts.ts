import type { Json, JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { namedRows } from "../../rows.ts";
import { created, items, ok, patch, post, refused, type Scenario } from "../../scenario.ts";
import { gone } from "../../steps.ts";

/** An index takes texts up to a limit, which is the same whatever the engine could take. */

const LONG = "é1".repeat(4000);
/** Without repetitions, which an engine could compress. */
const noise = (length: number, seed: number): string => {
  let text = "";
  for (let i = 0, state = seed; i < length; i++) {
    state = (state * 48271) % 2147483647;
    text += String.fromCharCode(0x21 + (state % 94));
  }
  return text;
};
const MOST = noise(2400, 1);
const ROWS = namedRows(52, { never: 1, kept: 2 });

const fields: JsonObject[] = [
  { name: "indexed", type: "text", indexed: true, max_length: 10_000 },
  { name: "unique", type: "text", unique: true, max_length: 10_000 },
  { name: "long", type: "longtext", indexed: true },
  { name: "a", type: "text", max_length: 10_000 },
  { name: "b", type: "text", max_length: 10_000 },
  { name: "free", type: "longtext" },
];
const labels = collection({ slug: "shelf_labels", fields, indexes: [["a", "b"]] });
const notes = collection({ slug: "label_notes", kind: "document", indexed_paths: ["meta.kind"] });
const hold = (slug: string) =>
  collection(
    {
      slug,
      fields: [
        { name: "text", type: "longtext" },
        { name: "short", type: "text" },
      ],
    },
    { rows: [{ id: ROWS.kept, text: LONG, short: "s" }] },
  );
const documents = collection({ slug: "label_documents", kind: "document" }, { rows: [{ id: ROWS.kept, kind: LONG }] });

const refuses = (field: string, text: string, slug = "shelf_labels", body: Json = { [field]: text }): Scenario => ({
  name: `indexed texts: ${slug} ${field} of ${text.length} characters is refused`,
  as: as.secretKey,
  needs: [labels, notes],
  request: post(`/api/items/${slug}`, { id: ROWS.never, ...(body as JsonObject) }),
  expect: { ...refused(422, "LIMIT_EXCEEDED", field), contains: ["bytes"] },
  then: [gone(`/api/items/${slug}/${ROWS.never}`)],
});

export const scenarios: Scenario[] = [
  refuses("indexed", LONG),
  refuses("unique", LONG),
  refuses("long", LONG),
  refuses("unique", `${MOST}x`),
  refuses("a", "x".repeat(1201)),
  refuses("meta.kind", LONG, "label_notes", { meta: { kind: LONG } }),
  {
    name: "indexed texts: the longest are stored and found, and others may be longer",
    as: as.secretKey,
    needs: [labels],
    request: post("/api/items/shelf_labels", {
      indexed: MOST,
      unique: "ü".repeat(1200),
      long: MOST,
      a: noise(1200, 2),
      b: noise(1200, 3),
      free: LONG,
    }),
    expect: created({ data: { indexed: MOST } }),
    then: [
      {
        request: items("shelf_labels", { filter: { a: noise(1200, 2) }, fields: "unique" }),
        expect: ok({ data: [{ unique: "ü".repeat(1200) }] }),
      },
      { request: items("shelf_labels", { filter: { indexed: LONG.slice(0, 1000) } }), expect: ok({ data: [] }) },
    ],
  },
  {
    name: "indexed texts: a document's other texts may be longer",
    as: as.secretKey,
    needs: [notes],
    request: post("/api/items/label_notes", { id: ROWS.kept, meta: { kind: "k", text: LONG } }),
    expect: created(),
    then: [
      {
        request: patch(`/api/items/label_notes/${ROWS.kept}`, { meta: { kind: LONG } }),
        expect: refused(422, "LIMIT_EXCEEDED", "meta.kind"),
      },
    ],
  },
  {
    name: "indexed texts: an index is refused where an item's text is longer",
    as: as.secretKey,
    needs: [hold("labels_held")],
    request: patch("/api/collections/labels_held", { fields: [{ name: "text", type: "longtext", indexed: true }] }),
    expect: { ...refused(409, "CONFLICT", "text"), contains: ["2400"] },
    then: [
      {
        request: patch("/api/collections/labels_held", { indexes: [["text", "short"]] }),
        expect: { status: 409, code: "CONFLICT", field: "text" },
      },
      { request: patch(`/api/items/labels_held/${ROWS.kept}`, { text: "shorter" }), expect: ok() },
      {
        request: patch("/api/collections/labels_held", { fields: [{ name: "text", type: "longtext", indexed: true }] }),
        expect: ok(),
      },
    ],
  },
  {
    name: "indexed texts: so is one on a path of documents",
    as: as.secretKey,
    needs: [documents],
    request: patch("/api/collections/label_documents", { indexed_paths: ["kind"] }),
    expect: refused(409, "CONFLICT", "kind"),
  },
  {
    name: "indexed texts: a default must fit",
    as: as.secretKey,
    request: post("/api/collections", {
      slug: "label_defaults",
      fields: [{ name: "text", type: "text", indexed: true, max_length: 9000, default: LONG }],
    }),
    expect: refused(422, "LIMIT_EXCEEDED", "fields.0.default"),
  },
];
