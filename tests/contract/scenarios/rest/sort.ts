import { as } from "../../as.ts";
import { BOOKS, books } from "../../fixtures/library.ts";
import { things, thingsAre } from "../../fixtures/things.ts";
import { items, ok, refused, rows, type Scenario } from "../../scenario.ts";

const sorted = (sort: string, ...ns: number[]): Scenario => ({
  name: `sort: ${sort}`,
  as: as.secretKey,
  needs: [things],
  request: items("things", { sort }),
  expect: ok(thingsAre(...ns)),
});

const bad = (sort: string, code: "UNKNOWN_FIELD" | "VALIDATION"): Scenario => ({
  name: `sort: ${JSON.stringify(sort)} is refused`,
  as: as.secretKey,
  needs: [things],
  request: items("things", { sort }),
  expect: refused(422, code, "sort"),
});

/** Text by code point, nulls smallest: the same on every engine. */
export const scenarios: Scenario[] = [
  sorted("n", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14),
  sorted("name", 8, 7, 9, 2, 14, 6, 1, 3, 12, 4, 5, 13, 11, 10),
  sorted("-name", 10, 11, 13, 5, 4, 12, 3, 1, 6, 14, 2, 9, 7, 8),
  sorted("count,n", 8, 10, 4, 3, 13, 14, 9, 11, 12, 1, 7, 2, 6, 5),
  sorted("-count,n", 5, 2, 6, 1, 7, 11, 12, 9, 14, 13, 3, 4, 8, 10),
  sorted("score,n", 7, 8, 10, 11, 12, 13, 14, 2, 3, 5, 1, 6, 9, 4),
  sorted("price,n", 8, 9, 10, 11, 12, 13, 14, 4, 5, 7, 2, 1, 3, 6),
  sorted("-price,n", 6, 3, 1, 2, 7, 5, 4, 8, 9, 10, 11, 12, 13, 14),
  sorted("active,n", 4, 8, 9, 10, 11, 12, 13, 14, 2, 5, 7, 1, 3, 6),
  sorted("-at,-n", 3, 2, 7, 1, 4, 5, 14, 13, 12, 11, 10, 9, 8, 6),
  sorted("day,n", 5, 7, 8, 9, 10, 11, 12, 13, 14, 3, 1, 4, 2, 6),
  sorted("color,-count,n", 6, 7, 11, 12, 9, 14, 13, 8, 10, 3, 5, 2, 1, 4),
  sorted("maker.name,n", 6, 7, 8, 9, 10, 11, 12, 13, 14, 1, 3, 2, 5, 4),
  sorted("-maker.city,-n", 5, 2, 3, 1, 14, 13, 12, 11, 10, 9, 8, 7, 6, 4),
  sorted("data.deep.x,n", 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 1, 6),
  {
    name: "sort: ties are settled by id",
    as: as.secretKey,
    needs: [things],
    request: items("things", { sort: "color" }),
    expect: ok(thingsAre(6, 7, 8, 9, 10, 11, 12, 13, 14, 3, 2, 5, 1, 4)),
  },
  {
    name: "sort: a collection's own order is the default",
    as: as.publicKey,
    needs: [books],
    request: items("books"),
    expect: ok(rows(BOOKS, 1, 4, 2, 3, 5)),
  },
  {
    name: "sort: through two relations",
    as: as.publicKey,
    needs: [books],
    request: items("books", { sort: "-author.country.name,title" }),
    expect: ok(rows(BOOKS, 1, 2, 3, 4, 5)),
  },
  bad("nope", "UNKNOWN_FIELD"),
  bad("name.nope", "UNKNOWN_FIELD"),
  bad("maker.nope", "UNKNOWN_FIELD"),
  bad("data", "VALIDATION"),
  bad("name; DROP TABLE things", "UNKNOWN_FIELD"),
  bad("name desc", "UNKNOWN_FIELD"),
  bad("-", "UNKNOWN_FIELD"),
  bad("name,,n", "UNKNOWN_FIELD"),
];
