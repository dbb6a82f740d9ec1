import { as } from "../../as.ts";
import { BOOKS, books, COUNTRIES, PUBLISHERS } from "../../fixtures/library.ts";
import { MAKERS, makers, THINGS, things } from "../../fixtures/things.ts";
import { absent, exactly } from "../../match.ts";
import { rowsOf } from "../../rows.ts";
import { get, INTERNALS, items, ok, refused, type Scenario } from "../../scenario.ts";

const NOTES = ["classified", ...INTERNALS];

export const scenarios: Scenario[] = [
  {
    name: "fields: those asked for and the id, nothing else",
    as: as.secretKey,
    needs: [things],
    request: items("things", { fields: "name,price", filter: { n: 1 } }),
    expect: ok({ data: [exactly({ id: THINGS.alpha, name: "alpha", price: "10.50" })] }),
  },
  {
    name: "fields: system fields by their names",
    as: as.secretKey,
    needs: [things],
    request: items("things", { fields: "version,owner_id", filter: { n: 1 } }),
    expect: ok({ data: [exactly({ id: THINGS.alpha, owner_id: null, version: 1 })] }),
  },
  {
    name: "fields: of one item",
    as: as.secretKey,
    needs: [things],
    request: get(`/api/items/things/${THINGS.alphaUpper}`, { fields: "name" }),
    expect: ok({ data: exactly({ id: THINGS.alphaUpper, name: "Alpha" }) }),
  },
  {
    name: "fields: an unknown one",
    as: as.secretKey,
    needs: [things],
    request: items("things", { fields: "name,nope" }),
    expect: refused(422, "UNKNOWN_FIELD", "fields"),
  },
  {
    name: "fields: SQL is no field",
    as: as.secretKey,
    needs: [things],
    request: items("things", { fields: "name, (SELECT 1)" }),
    expect: { ...refused(422, "UNKNOWN_FIELD", "fields"), excludes: ['"data"', "syntax error", "SQLITE"] },
  },
  {
    name: "fields: one the rule hides",
    as: as.publicKey,
    needs: [books],
    request: items("authors", { fields: "name,secret_note" }),
    expect: { ...refused(403, "FIELD_FORBIDDEN", "fields"), excludes: NOTES },
  },
  {
    name: "expand: an id becomes the item",
    as: as.secretKey,
    needs: [things],
    request: items("things", { expand: "maker", filter: { n: { _lte: 4 } }, sort: "n" }),
    expect: ok({
      data: [
        { maker: { id: MAKERS.acme, name: "Acme", city: "Oslo" } },
        { maker: { id: MAKERS.bolt } },
        { maker: { id: MAKERS.acme } },
        { maker: { id: MAKERS.core, city: null } },
      ],
    }),
  },
  {
    name: "expand: no id, no item",
    as: as.secretKey,
    needs: [things],
    request: items("things", { expand: "maker", filter: { n: 8 } }),
    expect: ok({ data: [{ id: THINGS.bare, maker: null }] }),
  },
  {
    name: "expand: through two relations, under each one's rule",
    as: as.publicKey,
    needs: [books],
    request: items("books", { expand: "author.country", filter: { year: { _null: false } }, sort: "-year" }),
    expect: {
      ...ok({
        data: [
          { author: { name: "Eco", secret_note: absent, country: { name: "Italy" } } },
          { author: { name: "Ibsen", country: { id: COUNTRIES.norway, name: "Norway" } } },
          { author: { name: "Ibsen" } },
        ],
      }),
      excludes: NOTES,
    },
  },
  {
    name: "expand: the secret key sees all of it",
    as: as.secretKey,
    needs: [books],
    request: get(`/api/items/books/${BOOKS.dollsHouse}`, { expand: "author,publisher" }),
    expect: {
      ...ok({ data: { author: { secret_note: "classified-1" }, publisher: { name: "hidden-house" } } }),
      excludes: ["classified-2", ...INTERNALS],
    },
  },
  {
    name: "expand: a collection that may not be read",
    as: as.publicKey,
    needs: [books],
    request: items("books", { expand: "publisher" }),
    expect: { ...refused(403, "FORBIDDEN"), excludes: ["hidden-house", ...NOTES] },
  },
  {
    name: "expand: not a relation",
    as: as.secretKey,
    needs: [things],
    request: items("things", { expand: "name" }),
    expect: refused(422, "VALIDATION", "expand"),
  },
  {
    name: "expand: unknown",
    as: as.secretKey,
    needs: [things],
    request: items("things", { expand: "nope" }),
    expect: refused(422, "UNKNOWN_FIELD", "expand"),
  },
  {
    name: "relations: a filter through one that may not be read",
    as: as.publicKey,
    needs: [books],
    request: items("books", { filter: { "publisher.name": "hidden-house" } }),
    expect: refused(403, "FORBIDDEN"),
  },
  {
    name: "relations: a sort through one that may not be read",
    as: as.publicKey,
    needs: [books],
    request: items("books", { sort: "publisher.name" }),
    expect: refused(403, "FORBIDDEN"),
  },
  {
    name: "relations: a filter on a field that is hidden there",
    as: as.publicKey,
    needs: [books],
    request: items("books", { filter: { author: { secret_note: { _starts_with: "c" } } } }),
    expect: { ...refused(403, "FIELD_FORBIDDEN"), excludes: ["Ibsen", ...NOTES] },
  },
  {
    name: "relations: a sort by a field that is hidden there",
    as: as.publicKey,
    needs: [books],
    request: items("books", { sort: "author.secret_note" }),
    expect: { ...refused(403, "FIELD_FORBIDDEN", "sort"), excludes: ["Ibsen", ...NOTES] },
  },
  {
    name: "relations: two hops in a filter",
    as: as.publicKey,
    needs: [books],
    request: items("books", { filter: { "author.country.name": "Norway" }, sort: "title" }),
    expect: ok(rowsOf(BOOKS, "dollsHouse", "peerGynt")),
  },
  {
    name: "relations: the plain id can be asked for where the other collection cannot be read",
    as: as.publicKey,
    needs: [books],
    request: items("books", { filter: { publisher: PUBLISHERS.hiddenHouse } }),
    expect: { ...ok(rowsOf(BOOKS, "dollsHouse")), excludes: ["hidden-house", ...NOTES] },
  },
  {
    name: "one item: takes no list parameters",
    as: as.secretKey,
    needs: [makers],
    request: get(`/api/items/makers/${MAKERS.acme}`, { limit: "1" }),
    expect: refused(422, "UNKNOWN_PARAMETER", "limit"),
  },
];
