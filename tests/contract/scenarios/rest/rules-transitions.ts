import type { Json, JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import type { RuleText } from "../../fixtures/collection.ts";
import { collection } from "../../fixtures/collection.ts";
import {
  batch,
  type Call,
  INTERNALS,
  items,
  ok,
  patch,
  post,
  put,
  refused,
  type Scenario,
  type Step,
  uuid,
} from "../../scenario.ts";

const STORIES = 760;
const PAGES = 761;
const LEVELS = 762;

/** Authors hand in their own drafts; editors publish what others have handed in. Carol is both. */
const rules: RuleText[] = [
  { role: "authenticated", action: "read" },
  { role: "authenticated", action: "create", fields: ["title", "state", "owner_id"] },
  {
    role: "authenticated",
    action: "update",
    condition: { owner_id: "$user.id", state: "draft" },
    check: { owner_id: "$user.id", state: { _in: ["draft", "submitted"] } },
  },
  {
    role: "editor",
    action: "update",
    condition: { owner_id: { _neq: "$user.id" }, state: "submitted" },
    check: { state: { _in: ["submitted", "published"] } },
  },
];
const ownAndOthers =
  (space: number) =>
  (world: { userId(name: "carol" | "bob"): string }): JsonObject[] => [
    ...[1, 2, 3, 4, 5, 6].map((n) => ({
      id: uuid(space, n),
      title: "own",
      state: "draft",
      owner_id: world.userId("carol"),
    })),
    ...[7, 8, 9].map((n) => ({
      id: uuid(space, n),
      title: "other",
      state: "submitted",
      owner_id: world.userId("bob"),
    })),
  ];
const stories = collection(
  {
    slug: "stories",
    fields: [
      { name: "title", type: "text" },
      { name: "state", type: "enum", values: ["draft", "submitted", "published"] },
      { name: "after", type: "relation", to: "stories" },
    ],
  },
  { rules, rows: ownAndOthers(STORIES) },
);
const pages = collection({ slug: "leaflets", kind: "document" }, { rules, rows: ownAndOthers(PAGES) });

/** Two rules without checks that share out all rows between them: a row stays with its rule. */
const halves = (name: string, at: Json): RuleText[] => [
  { role: "public", action: "update", condition: { [name]: { _lt: at } } },
  { role: "public", action: "update", condition: { [name]: { _gte: at } } },
];
const numbered: [string, JsonObject, Json, Json, Json, Json][] = [
  ["integer", {}, 5, 3, 4, 6],
  ["integer", {}, 5, 3, { $inc: 1 }, { $inc: 5 }],
  ["number", {}, 0.5, 0.25, 0.3, 0.75],
  ["decimal", { precision: 18, scale: 2 }, "5.00", "3.10", "4.99", "12.00"],
  ["text", {}, "a", "Z", "B", "b"],
  ["timestamp", {}, "2024-01-01T00:00:00.000Z", "2023-01-01T00:00:00.000Z", "2022-01-01", "2025-01-01"],
  ["date", {}, "2024-01-01", "2023-01-01", "2022-01-01", "2025-01-01"],
];

const carol = as.user("carol");
const story = (n: number): string => `/api/items/stories/${uuid(STORIES, n)}`;
const page = (n: number): string => `/api/items/leaflets/${uuid(PAGES, n)}`;
const is = (slug: string, space: number, n: number, data: JsonObject): Step => ({
  as: as.secretKey,
  request: items(slug, { filter: { id: uuid(space, n) } }),
  expect: { status: 200, body: { data: [data] } as never, excludes: [] },
});
const published = { state: "published" };
const refuses = (what: string, request: Call, n: number, space = STORIES): Scenario => ({
  name: `transitions: ${what}`,
  as: carol,
  needs: [stories, pages],
  request,
  expect: { ...refused(403, "FORBIDDEN"), excludes: ['"data"', ...INTERNALS] },
  then: [is(space === STORIES ? "stories" : "leaflets", space, n, { state: "draft", version: 1 })],
});
const allows = (what: string, request: Call, data: Json): Scenario => ({
  name: `transitions: ${what}`,
  as: carol,
  needs: [stories, pages],
  request,
  expect: ok({ data: data as never }),
});

/** A rule's check is about the rows that its own condition gives: two rules do not add up to what neither allows. */
export const scenarios: Scenario[] = [
  refuses("one's own draft is not published", patch(story(1), published), 1),
  refuses("nor in a replacement", put(story(1), { title: "own", ...published }), 1),
  refuses("nor in a batch", batch({ op: "update", collection: "stories", id: uuid(STORIES, 1), data: published }), 1),
  refuses(
    "nor among others in one",
    batch(
      { op: "update", collection: "stories", id: uuid(STORIES, 2), data: { title: "x" } },
      { op: "update", collection: "stories", id: uuid(STORIES, 1), data: published },
    ),
    1,
  ),
  refuses("nor in bulk", { ...patch("/api/items/stories", published), query: { filter: { title: "own" } } }, 1),
  refuses(
    "nor by an upsert",
    { ...post("/api/items/stories", { id: uuid(STORIES, 1), ...published }), query: { on_conflict: "id" } },
    1,
  ),
  refuses("nor with a related item", patch(story(1), { ...published, after: { title: "new" } }), 1),
  refuses("nor is a document", patch(page(1), published), 1, PAGES),
  refuses("nor a document that is replaced", put(page(1), { title: "own", ...published }), 1, PAGES),
  refuses(
    "nor by an upsert of a document",
    { ...post("/api/items/leaflets", { id: uuid(PAGES, 1), ...published }), query: { on_conflict: "id" } },
    1,
    PAGES,
  ),
  allows("one's own draft is handed in", patch(story(5), { state: "submitted" }), { state: "submitted", version: 2 }),
  allows("what another has handed in is published", patch(story(7), published), { state: "published", version: 2 }),
  allows(
    "in bulk",
    { ...patch("/api/items/stories", published), query: { filter: { title: "other", state: "submitted" } } },
    {
      updated: 2,
    },
  ),
  allows(
    "by an upsert",
    { ...post("/api/items/stories", { id: uuid(STORIES, 6), state: "submitted" }), query: { on_conflict: "id" } },
    {
      state: "submitted",
      version: 2,
    },
  ),
  allows("a document of another's", patch(page(7), published), { state: "published" }),
  allows("one's own document", put(page(5), { state: "submitted" }), { state: "submitted" }),
  ...numbered.map(([type, more, at, from, within, beyond], i): Scenario => {
    const slug = `levels_${i}`;
    const levels = collection(
      { slug, fields: [{ name: "level", type, ...more }] },
      {
        rules: [{ role: "public", action: "read" }, ...halves("level", at)],
        rows: [{ id: uuid(LEVELS, i), level: from }],
      },
    );
    const path = `/api/items/${slug}/${uuid(LEVELS, i)}`;
    return {
      name: `transitions: a row stays with its rule, by ${type} and ${JSON.stringify(within)}`,
      as: as.publicKey,
      needs: [levels],
      request: patch(path, { level: beyond }),
      expect: refused(403, "FORBIDDEN"),
      then: [
        { request: patch(path, { level: within }), expect: ok({ data: { version: 2 } }) },
        { request: patch(path, { level: null }), expect: refused(403, "FORBIDDEN") },
      ],
    };
  }),
];
