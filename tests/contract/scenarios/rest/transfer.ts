import type { JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { music } from "../../fixtures/music.ts";
import { type Expected, exactly } from "../../match.ts";
import { namedRows } from "../../rows.ts";
import {
  type Call,
  type Expectation,
  get,
  INTERNALS,
  items,
  ok,
  refused,
  type Scenario,
  type Step,
} from "../../scenario.ts";

const GOODS = namedRows(73, { awkward: 1, bare: 2 });
const fields: JsonObject[] = [
  { name: "name", type: "text", required: true },
  { name: "size", type: "integer" },
  { name: "cost", type: "decimal" },
  { name: "open", type: "boolean" },
  { name: "day", type: "date" },
  { name: "more", type: "json" },
];
const cargo = collection({ slug: "cargo", fields, default_sort: "name" });
const outbound = collection(
  { slug: "outbound", fields },
  {
    rows: [
      { id: GOODS.awkward, name: 'a,"b"\nc', size: 1, cost: "1.5", open: true, day: "2024-02-29", more: { x: [1] } },
      { id: GOODS.bare, name: "ünï 😀" },
    ],
  },
);
const box = collection({ slug: "box", kind: "document" });

const load = (slug: string, format: string, raw: string, more = ""): Call => ({
  method: "POST",
  path: `/api/items/${slug}/import?format=${format}${more}`,
  raw,
  headers: {
    "content-type": format === "csv" ? "text/csv" : format === "json" ? "application/json" : "application/x-ndjson",
  },
});

/** A collection of its own for every import that writes. */
const hold = (slug: string) => collection({ slug, fields, default_sort: "name" });
const rowCount = (slug: string, count: number): Step => ({
  as: as.secretKey,
  request: items(slug, { limit: "1", meta: "total_count" }),
  expect: ok({ meta: { total_count: count } }),
});

const report = (data: Expected): Expectation => ({ status: 200, body: { data }, excludes: ["INTERNAL", ...INTERNALS] });

const CSV = `name,size,cost,open,day,more\r\n"a, ""quoted""\nline",1,1.5,true,2024-02-29,"{""x"":[1]}"\r\nünï,,,,,\r\n`;
const BAD = `name,size,day\ngood,1,2024-01-01\nbad-size,one,2024-01-01\n,3,2024-01-01\nbad-day,4,2024-13-01\nlast,5,\n`;

export const scenarios: Scenario[] = [
  {
    name: "import: CSV with quotes, lines in cells and gaps",
    as: as.secretKey,
    needs: [hold("cargo_csv")],
    request: load("cargo_csv", "csv", CSV),
    expect: ok({ data: { total: 2, inserted: 2, failed: 0, errors: exactly([]), dry_run: false } }),
    then: [
      {
        request: items("cargo_csv"),
        expect: ok({
          data: [
            { name: 'a, "quoted"\nline', size: 1, cost: "1.50", open: true, day: "2024-02-29", more: { x: [1] } },
            { name: "ünï", size: null, cost: null, open: null, day: null, more: null },
          ],
        }),
      },
    ],
  },
  {
    name: "import: JSON, a list of objects",
    as: as.secretKey,
    needs: [hold("cargo_json")],
    request: load("cargo_json", "json", '[{"name":"one","size":1},\n{"name":"two","more":{"y":null}}]'),
    expect: ok({ data: { total: 2, inserted: 2, failed: 0 } }),
    then: [{ request: items("cargo_json"), expect: ok({ data: [{ name: "one", size: 1 }, { name: "two" }] }) }],
  },
  {
    name: "import: NDJSON, an object a line",
    as: as.secretKey,
    needs: [hold("cargo_ndjson")],
    request: load("cargo_ndjson", "ndjson", '{"name":"one","size":1}\n{"name":"two"}\n'),
    expect: ok({ data: { total: 2, inserted: 2, failed: 0 } }),
    then: [rowCount("cargo_ndjson", 2)],
  },
  {
    name: "import: bad rows are reported by number and reason, good ones go in",
    as: as.secretKey,
    needs: [hold("cargo_bad")],
    request: load("cargo_bad", "csv", BAD),
    expect: report({
      total: 5,
      inserted: 2,
      failed: 3,
      errors: [
        { row: 2, error: { code: "VALIDATION", field: "size" } },
        { row: 3, error: { code: "VALIDATION", field: "name" } },
        { row: 4, error: { code: "VALIDATION", field: "day" } },
      ],
    }),
    then: [{ request: items("cargo_bad"), expect: ok({ data: [{ name: "good" }, { name: "last" }] }) }],
  },
  {
    name: "import: a dry run reports the same and changes nothing",
    as: as.secretKey,
    needs: [cargo],
    request: load("cargo", "csv", BAD, "&dry_run=true"),
    expect: report({ total: 5, failed: 3, dry_run: true, errors: [{ row: 2 }, { row: 3 }, { row: 4 }] }),
    then: [rowCount("cargo", 0)],
  },
  {
    name: "import: any objects into a document collection",
    as: as.secretKey,
    needs: [box],
    request: load("box", "ndjson", '{"any key":1}\n{"other":{"deep":[true]}}\n[1]\nnonsense\n'),
    expect: report({ total: 4, inserted: 2, failed: 2, errors: [{ row: 3 }, { row: 4 }] }),
    then: [{ request: items("box", { filter: { "any key": 1 } }), expect: ok({ data: [{ "any key": 1 }] }) }],
  },
  {
    name: "import: a column that no field takes",
    as: as.secretKey,
    needs: [cargo],
    request: load("cargo", "csv", 'name,"x; DROP TABLE cargo"\na,b\n'),
    expect: refused(422, "UNKNOWN_FIELD", "x; DROP TABLE cargo"),
    then: [rowCount("cargo", 0)],
  },
  {
    name: "import: an unknown format",
    as: as.secretKey,
    needs: [cargo],
    request: load("cargo", "xlsx", "x"),
    expect: refused(422, "VALIDATION", "format"),
    then: [rowCount("cargo", 0)],
  },
  {
    name: "import: an unknown parameter",
    as: as.secretKey,
    needs: [cargo],
    request: load("cargo", "csv", "name\na\n", "&truncate=true"),
    expect: refused(422, "UNKNOWN_PARAMETER", "truncate"),
    then: [rowCount("cargo", 0)],
  },
  {
    name: "import: not without a rule",
    as: as.user("alice"),
    needs: [cargo],
    request: load("cargo", "csv", "name\na\n"),
    expect: refused(403, "FORBIDDEN"),
    then: [
      rowCount("cargo", 0),
      { as: as.anonymous, request: load("cargo", "csv", "name\na\n"), expect: refused(401, "UNAUTHORIZED") },
    ],
  },
  {
    name: "import: a collection that is not there",
    as: as.secretKey,
    request: load("nowhere", "csv", "name\na\n"),
    expect: refused(404, "COLLECTION_NOT_FOUND"),
  },
  ...(["csv", "json", "ndjson"] as const).map(
    (format): Scenario => ({
      name: `export: ${format} is what import takes`,
      as: as.secretKey,
      needs: [outbound, hold(`inbound_${format}`)],
      request: get("/api/items/outbound/export", { format, sort: "name", fields: "name,size,cost,open,day,more" }),
      expect: { status: 200, contains: ["ünï 😀", "2024-02-29"], excludes: ["owner_id", ...INTERNALS] },
      then: [
        {
          request: (seen) => load(`inbound_${format}`, format, seen.replies[0]?.text ?? ""),
          expect: ok({ data: { total: 2, inserted: 2, failed: 0 } }),
        },
        {
          request: items(`inbound_${format}`),
          expect: ok({
            data: [
              {
                id: GOODS.awkward,
                name: 'a,"b"\nc',
                size: 1,
                cost: "1.50",
                open: true,
                day: "2024-02-29",
                more: { x: [1] },
              },
              { id: GOODS.bare, name: "ünï 😀", size: null, more: null },
            ],
          }),
        },
      ],
    }),
  ),
  {
    name: "export: under the caller's rule",
    as: as.publicKey,
    needs: [
      collection(
        {
          slug: "leaflet",
          fields: [
            { name: "text", type: "text" },
            { name: "inner", type: "text" },
          ],
        },
        {
          rules: [{ role: "public", action: "read", condition: { text: { _neq: "hidden-row" } }, fields: ["text"] }],
          rows: [
            { text: "shown", inner: "inner-1" },
            { text: "hidden-row", inner: "inner-2" },
          ],
        },
      ),
    ],
    request: get("/api/items/leaflet/export", { format: "csv" }),
    expect: { status: 200, contains: ["shown"], excludes: ["hidden-row", "inner", ...INTERNALS] },
  },
  {
    name: "export: not without a rule",
    as: as.publicKey,
    needs: [outbound],
    request: get("/api/items/outbound/export", { format: "json" }),
    expect: { ...refused(403, "FORBIDDEN"), excludes: ["ünï", ...INTERNALS] },
  },
  {
    name: "export: an unknown field",
    as: as.secretKey,
    needs: [outbound],
    request: get("/api/items/outbound/export", { format: "csv", fields: "name,nope" }),
    expect: refused(422, "UNKNOWN_FIELD", "fields"),
  },
  {
    name: "export: columns under names of their own",
    as: as.secretKey,
    needs: [outbound],
    request: get("/api/items/outbound/export", {
      format: "csv",
      sort: "name",
      fields: "name,price:cost::number,x:more.x[0],all:more",
    }),
    expect: { status: 200, contains: ["id,name,price,x,all", ',1.5,1,"{""x"":[1]}"'], excludes: [...INTERNALS] },
  },
  {
    name: "export: what is related",
    as: as.secretKey,
    needs: [music],
    request: get("/api/items/albums/export", { format: "csv", fields: "title,band.name" }),
    expect: refused(422, "VALIDATION", "fields"),
  },
];
