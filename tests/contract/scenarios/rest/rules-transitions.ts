import type { Json, JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import type { RuleText } from "../../fixtures/collection.ts";
import { collection } from "../../fixtures/collection.ts";
import { type NameOf, namedRows, namesOf } from "../../rows.ts";
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
} from "../../scenario.ts";

const NUMBERS = {
  kept: 1,
  retitled: 2,
  third: 3,
  fourth: 4,
  submitted: 5,
  upserted: 6,
  published: 7,
  publishedInBulk: 8,
  alsoPublishedInBulk: 9,
};
const STORIES = namedRows(760, NUMBERS);
const PAGES = namedRows(761, NUMBERS);
type Name = NameOf<typeof STORIES>;
const OTHERS: readonly Name[] = ["published", "publishedInBulk", "alsoPublishedInBulk"];

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
  (rows: typeof STORIES) =>
  (world: { userId(name: "carol" | "bob"): string }): JsonObject[] =>
    namesOf(rows).map((name) => ({
      id: rows[name],
      ...(OTHERS.includes(name)
        ? { title: "other", state: "submitted", owner_id: world.userId("bob") }
        : { title: "own", state: "draft", owner_id: world.userId("carol") }),
    }));
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
const { only: LEVEL } = namedRows(762, { only: 1 });
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
const story = (name: Name): string => `/api/items/stories/${STORIES[name]}`;
const page = (name: Name): string => `/api/items/leaflets/${PAGES[name]}`;
const is = (slug: string, id: string, data: JsonObject): Step => ({
  as: as.secretKey,
  request: items(slug, { filter: { id } }),
  expect: { status: 200, body: { data: [data] } as never, excludes: [] },
});
const published = { state: "published" };
const refuses = (what: string, request: Call, rows = STORIES): Scenario => ({
  name: `transitions: ${what}`,
  as: carol,
  needs: [stories, pages],
  request,
  expect: { ...refused(403, "FORBIDDEN"), excludes: ['"data"', ...INTERNALS] },
  then: [is(rows === STORIES ? "stories" : "leaflets", rows.kept, { state: "draft", version: 1 })],
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
  refuses("one's own draft is not published", patch(story("kept"), published)),
  refuses("nor in a replacement", put(story("kept"), { title: "own", ...published })),
  refuses("nor in a batch", batch({ op: "update", collection: "stories", id: STORIES.kept, data: published })),
  refuses(
    "nor among others in one",
    batch(
      { op: "update", collection: "stories", id: STORIES.retitled, data: { title: "x" } },
      { op: "update", collection: "stories", id: STORIES.kept, data: published },
    ),
  ),
  refuses("nor in bulk", { ...patch("/api/items/stories", published), query: { filter: { title: "own" } } }),
  refuses("nor by an upsert", {
    ...post("/api/items/stories", { id: STORIES.kept, ...published }),
    query: { on_conflict: "id" },
  }),
  refuses("nor with a related item", patch(story("kept"), { ...published, after: { title: "new" } })),
  refuses("nor is a document", patch(page("kept"), published), PAGES),
  refuses("nor a document that is replaced", put(page("kept"), { title: "own", ...published }), PAGES),
  refuses(
    "nor by an upsert of a document",
    { ...post("/api/items/leaflets", { id: PAGES.kept, ...published }), query: { on_conflict: "id" } },
    PAGES,
  ),
  allows("one's own draft is handed in", patch(story("submitted"), { state: "submitted" }), {
    state: "submitted",
    version: 2,
  }),
  allows("what another has handed in is published", patch(story("published"), published), {
    state: "published",
    version: 2,
  }),
  allows(
    "in bulk",
    { ...patch("/api/items/stories", published), query: { filter: { title: "other", state: "submitted" } } },
    {
      updated: 2,
    },
  ),
  allows(
    "by an upsert",
    { ...post("/api/items/stories", { id: STORIES.upserted, state: "submitted" }), query: { on_conflict: "id" } },
    {
      state: "submitted",
      version: 2,
    },
  ),
  allows("a document of another's", patch(page("published"), published), { state: "published" }),
  allows("one's own document", put(page("submitted"), { state: "submitted" }), { state: "submitted" }),
  ...numbered.map(([type, more, at, from, within, beyond], i): Scenario => {
    const slug = `levels_${i}`;
    const levels = collection(
      { slug, fields: [{ name: "level", type, ...more }] },
      {
        rules: [{ role: "public", action: "read" }, ...halves("level", at)],
        rows: [{ id: LEVEL, level: from }],
      },
    );
    const path = `/api/items/${slug}/${LEVEL}`;
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
