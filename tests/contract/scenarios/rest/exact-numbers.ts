import type { JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { exactly } from "../../match.ts";
import { namedRows } from "../../rows.ts";
import { type Call, get, items, ok, refused, type Scenario, type Step } from "../../scenario.ts";
import { stored } from "../../steps.ts";

/** Numbers with more digits than a double keeps are refused, never rounded. */

const ROWS = namedRows(48, { even: 1, odd: 2, never: 3 });
const EVEN = "9007199254740992";
const ODD = "9007199254740993";

const fields: JsonObject[] = [
  { name: "d", type: "decimal", precision: 18, scale: 0 },
  { name: "cents", type: "decimal", precision: 18, scale: 2 },
  { name: "i", type: "integer" },
  { name: "n", type: "number" },
  { name: "j", type: "json" },
  { name: "t", type: "text" },
];
const exact = collection(
  { slug: "exact", fields },
  {
    rows: [
      { id: ROWS.even, d: EVEN, j: { id: EVEN } },
      { id: ROWS.odd, d: ODD, j: { id: ODD } },
    ],
  },
);
const papers = collection(
  { slug: "exact_papers", kind: "document" },
  {
    rows: [
      { id: ROWS.even, views: 1 },
      { id: ROWS.odd, views: 9007199254740991, large: 1e300 },
    ],
  },
);

const JSON_TYPE = { "content-type": "application/json" };
const send = (method: string, path: string, raw: string, type?: string): Call => ({
  method,
  path,
  raw,
  headers: type === undefined ? JSON_TYPE : { "content-type": type },
});
const unchanged: readonly Step[] = [
  stored(`/api/items/exact/${ROWS.even}`, { d: EVEN, j: exactly({ id: EVEN }), version: 1 }),
  stored(`/api/items/exact/${ROWS.odd}`, { d: ODD, version: 1 }),
  stored(`/api/items/exact_papers/${ROWS.even}`, { views: 1, version: 1 }),
  { as: as.secretKey, request: items("exact", { meta: "total_count" }), expect: ok({ meta: { total_count: 2 } }) },
];

const refuses = (what: string, request: Call, field: string): Scenario => ({
  name: `exact numbers: ${what}`,
  as: as.secretKey,
  needs: [exact, papers],
  request,
  expect: refused(422, "VALIDATION", field),
  then: unchanged,
});

const create = (what: string, field: string, source: string): Scenario =>
  refuses(what, send("POST", "/api/items/exact", `{"id":"${ROWS.never}","${field}":${source}}`), field);

const paper = `/api/items/exact_papers/${ROWS.even}`;
const search = (filter: string): string => `filter=${encodeURIComponent(filter)}`;

/** A collection of its own for every import. */
const hold = (slug: string) => collection({ slug, fields });
const importing = (slug: string, raw: string, type: string, options = ""): Call =>
  send("POST", `/api/items/${slug}/import?${options}`, raw, type);
const NDJSON = "application/x-ndjson";

export const scenarios: Scenario[] = [
  create("into a decimal", "d", ODD),
  create("into a decimal with cents", "cents", "1234567890123456.78"),
  create("a double's print with other cents", "cents", "1234567890123456.75"),
  create("into an integer", "i", ODD),
  create("into a number", "n", "12345678901234567890.5"),
  create("too small for a double", "n", "1e-400"),
  refuses(
    "deep in JSON",
    send("POST", "/api/items/exact", `{"id":"${ROWS.never}","j":{"a":[1,{"id":750727362669608961}]}}`),
    "j.a.1.id",
  ),
  refuses("of a list of new items", send("POST", "/api/items/exact", `[{"d":1},{"d":${ODD}}]`), "1.d"),
  refuses("in a document", send("PATCH", paper, `{"views":${ODD}}`), "views"),
  refuses("in an increment", send("PATCH", paper, `{"views":{"$inc":${ODD}}}`), "views.$inc"),
  refuses(
    "in an increment of a decimal",
    send("PATCH", `/api/items/exact/${ROWS.even}`, `{"d":{"$inc":-${ODD}}}`),
    "d.$inc",
  ),
  {
    name: "exact numbers: a counter in JSON stays exact, or stays",
    as: as.secretKey,
    needs: [papers],
    request: send("PATCH", `/api/items/exact_papers/${ROWS.odd}`, '{"views":{"$inc":1}}'),
    expect: refused(422, "VALIDATION", "views"),
    then: [
      stored(`/api/items/exact_papers/${ROWS.odd}`, { views: 9007199254740991, version: 1 }),
      {
        request: send("PATCH", `/api/items/exact_papers/${ROWS.odd}`, '{"views":{"$inc":-1},"large":{"$inc":1e300}}'),
        expect: ok({ data: { views: 9007199254740990, large: 2e300 } }),
      },
    ],
  },
  refuses("in elements to append", send("PATCH", paper, `{"list":{"$append":[${ODD}]}}`), "list.$append.0"),
  refuses(
    "in a batch",
    send(
      "POST",
      "/api/batch",
      `{"operations":[{"op":"update","collection":"exact","id":"${ROWS.even}","data":{"d":${ODD}}}]}`,
    ),
    "operations.0.data.d",
  ),
  refuses("in the filter of a list", get(`/api/items/exact?${search(`{"d":{"_in":[1,${ODD}]}}`)}`), "filter.d._in.1"),
  refuses(
    "in the filter of a deletion",
    { method: "DELETE", path: `/api/items/exact?${search(`{"d":{"_eq":${ODD}}}`)}` },
    "filter.d._eq",
  ),
  refuses(
    "in a default",
    send("POST", "/api/collections", `{"slug":"exact2","fields":[{"name":"d","type":"decimal","default":${ODD}}]}`),
    "fields.0.default",
  ),
  {
    name: "exact numbers: as text they are exact, in filters too",
    as: as.secretKey,
    needs: [exact],
    request: items("exact", { filter: { d: { _eq: ODD } }, fields: "id,d" }),
    expect: ok({ data: exactly([{ id: ROWS.odd, d: ODD }]) }),
  },
  {
    name: "exact numbers: an import of JSON refuses the row",
    as: as.secretKey,
    needs: [hold("exact_refused")],
    request: importing("exact_refused", `{"i":1}\n{"j":{"id":${ODD}}}\n{"d":${ODD}}\n`, NDJSON),
    expect: {
      ...ok({
        data: {
          inserted: 1,
          failed: 2,
          errors: [
            { row: 2, error: { code: "VALIDATION", field: "j.id" } },
            { row: 3, error: { code: "VALIDATION", field: "d" } },
          ],
        },
      }),
      excludes: ["INTERNAL"],
    },
  },
  {
    name: "exact numbers: an import that converts makes texts of them",
    as: as.secretKey,
    needs: [hold("exact_converted")],
    request: importing(
      "exact_converted",
      `{"t":750727362669608961,"d":${ODD},"cents":1234567890123456.78,"j":{"id":[${ODD},1]}}\n{"n":${ODD}}\n`,
      NDJSON,
      "convert=true",
    ),
    expect: { status: 200, body: { data: { inserted: 1, failed: 1 } }, excludes: ["INTERNAL"] },
    then: [
      {
        request: items("exact_converted", { fields: "t,d,cents,j" }),
        expect: ok({
          data: [{ t: "750727362669608961", d: ODD, cents: "1234567890123456.78", j: exactly({ id: [ODD, 1] }) }],
        }),
      },
    ],
  },
  {
    name: "exact numbers: cells of a CSV are kept or refused",
    as: as.secretKey,
    needs: [hold("exact_cells")],
    request: importing(
      "exact_cells",
      `t,d,n,j\n${ODD},${ODD},1.5,"{""id"":${ODD}}"\n,,12345678901234567890.5,\n`,
      "text/csv",
    ),
    expect: {
      status: 200,
      body: { data: { inserted: 1, errors: [{ row: 2, error: { code: "VALIDATION", field: "n" } }] } },
      excludes: ["INTERNAL"],
    },
    then: [
      {
        request: items("exact_cells", { fields: "t,d,n,j" }),
        expect: ok({ data: [{ t: ODD, d: ODD, n: 1.5, j: exactly({ id: ODD }) }] }),
      },
    ],
  },
];
