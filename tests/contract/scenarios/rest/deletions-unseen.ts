import type { Json, JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { type CollectionText, collection, relation } from "../../fixtures/collection.ts";
import { namedRows } from "../../rows.ts";
import { batch, type Call, del, INTERNALS, ok, refused, type Scenario, type Step, uuid } from "../../scenario.ts";
import { gone, stored } from "../../steps.ts";
import type { Fixture } from "../../world.ts";

/**
 * Alice deletes her scrapbooks. Each is referred to by something of hers, of Bob, or both; she sees only what is hers.
 * A refusal has one text, whether she sees what causes it or not.
 */
const BOOKS = namedRows(271, { unseen: 1, seen: 2, both: 3, chain: 4, filtered: 5, batched: 6, loose: 7, whole: 8 });
type Book = keyof typeof BOOKS;
const at = (book: Book): string => `/api/items/scrapbooks/${BOOKS[book]}`;
const PAGE = uuid(272, 1);
const SHEET = uuid(272, 2);

const own = { owner_id: "$user.id" };
const rules = ["read", "delete"].map((action) => ({ role: "authenticated", action, condition: own }));
const of = (text: CollectionText, needs: Fixture[], rows: (alice: string, bob: string) => JsonObject[]): Fixture =>
  collection(text, { needs, rules, rows: (world) => rows(world.userId("alice"), world.userId("bob")) });

const scrapbooks = of({ slug: "scrapbooks", fields: [{ name: "title", type: "text" }] }, [], (alice) =>
  Object.entries(BOOKS).map(([title, id]) => ({ id, title, owner_id: alice })),
);
const labels = of(
  { slug: "book_labels", fields: [relation("book", "scrapbooks")] },
  [scrapbooks],
  (alice, bob): JsonObject[] => [
    ...[BOOKS.unseen, BOOKS.both, BOOKS.filtered, BOOKS.batched].map((book) => ({ book, owner_id: bob })),
    ...[BOOKS.seen, BOOKS.both].map((book) => ({ book, owner_id: alice })),
  ],
);
const pages = of(
  { slug: "book_pages", fields: [relation("book", "scrapbooks", { on_delete: "cascade" })] },
  [scrapbooks],
  (_, bob) => [
    { id: PAGE, book: BOOKS.chain, owner_id: bob },
    { id: SHEET, book: BOOKS.whole, owner_id: bob },
  ],
);
const stickers = of({ slug: "book_stickers", fields: [relation("page", "book_pages")] }, [pages], (_, bob) => [
  { page: PAGE, owner_id: bob },
]);
const SIGHTING = uuid(272, 3);
const sightings = of(
  { slug: "book_sightings", fields: [relation("book", "scrapbooks", { on_delete: "set_null" })] },
  [scrapbooks],
  (_, bob) => [{ id: SIGHTING, book: BOOKS.loose, owner_id: bob }],
);
const needs = [labels, stickers, sightings];

const REFUSAL = "An item of scrapbooks cannot be deleted while others refer to it or to what goes with it.";
const UNSEEN = ["book_labels", "book_pages", "book_stickers", "referrers", ...INTERNALS];

const refuses = (what: string, book: Book, request: Call, details?: Json, more = ""): Scenario => ({
  name: `deletions: ${what}`,
  as: as.user("alice"),
  needs,
  request,
  expect: {
    ...refused(409, "REFERENCE_IN_USE"),
    body: { error: { code: "REFERENCE_IN_USE", message: `${REFUSAL}${more}`, ...(details && { details }) } },
    excludes: more ? INTERNALS : UNSEEN,
  },
  then: [stored(at(book), { title: book })],
});
const goes = (what: string, book: Book, then: Step): Scenario => ({
  name: `deletions: ${what}`,
  as: as.user("alice"),
  needs,
  request: del(at(book)),
  expect: { ...ok({ data: { id: BOOKS[book] } }), excludes: UNSEEN },
  then: [gone(at(book)), then],
});
const listed: [Json, string] = [
  { referrers: [{ collection: "book_labels", field: "book", items: 1 }] },
  " Those that you can see: 1 of book_labels by book.",
];

export const scenarios: Scenario[] = [
  refuses("what is out of sight refuses without a name", "unseen", del(at("unseen"))),
  refuses("what is in sight refuses in the same words, and is listed", "seen", del(at("seen")), ...listed),
  refuses("of both, only what is in sight is listed and counted", "both", del(at("both")), ...listed),
  refuses("what goes with the item may be held out of sight", "chain", del(at("chain"))),
  refuses(
    "a filter is refused in the same words",
    "filtered",
    del("/api/items/scrapbooks", { filter: { title: "filtered" } }),
  ),
  refuses(
    "a batch is refused in the same words",
    "batched",
    batch({ op: "delete", collection: "scrapbooks", id: BOOKS.batched }),
    { operation: 0 },
  ),
  goes("what is out of sight goes along without a word", "whole", gone(`/api/items/book_pages/${SHEET}`)),
  goes(
    "what is out of sight loses its reference without a word",
    "loose",
    stored(`/api/items/book_sightings/${SIGHTING}`, { book: null }),
  ),
];
