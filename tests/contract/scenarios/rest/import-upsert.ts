import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { type Call, INTERNALS, items, ok, refused, type Scenario, type Step } from "../../scenario.ts";

const parts = collection(
  {
    slug: "spares",
    fields: [
      { name: "code", type: "text", unique: true },
      { name: "stock", type: "integer" },
      { name: "note", type: "text" },
    ],
  },
  {
    rules: [
      { role: "authenticated", action: "create" },
      { role: "authenticated", action: "read" },
    ],
    rows: [
      { code: "a", stock: 1, note: "kept" },
      { code: "b", stock: 2 },
    ],
  },
);
const load = (raw: string, query: Record<string, string>): Call => ({
  method: "POST",
  path: "/api/items/spares/import",
  query: { format: "csv", ...query },
  raw,
  headers: { "content-type": "text/csv" },
});
const holds = (filter: object, rows: object[]): Step => ({
  as: as.secretKey,
  request: items("spares", { filter: filter as never, sort: "code", fields: "code,stock,note" }),
  expect: ok({ data: rows as never }),
});
/** The report of one row that has no value in its key. */
const keyless = (counts: object, at: object, field: string): Step["expect"] => ({
  status: 200,
  body: { data: { ...counts, errors: [{ ...at, error: { code: "VALIDATION", field } }] } as never },
  excludes: ["INTERNAL", ...INTERNALS],
});

/** An import whose rows may be items that exist. */
export const scenarios: Scenario[] = [
  {
    name: "import: on_conflict updates the items that exist, and adds the others",
    as: as.secretKey,
    request: load("code,stock\na,10\nc,3\nx,many\n", { on_conflict: "code" }),
    expect: {
      status: 200,
      body: { data: { total: 3, inserted: 1, updated: 1, ignored: 0, failed: 1, errors: [{ row: 3 }] } },
      excludes: ["INTERNAL", ...INTERNALS],
    },
    then: [
      holds({ code: { _in: ["a", "b", "c"] } }, [
        { code: "a", stock: 10, note: "kept" },
        { code: "b", stock: 2 },
        { code: "c", stock: 3 },
      ]),
    ],
  },
  {
    name: "import: resolution ignore leaves the items that exist",
    as: as.secretKey,
    request: load("code,stock\nb,20\nd,4\nd,5\n", { on_conflict: "code", resolution: "ignore" }),
    expect: ok({ data: { total: 3, inserted: 1, updated: 0, ignored: 2, failed: 0 } }),
    then: [
      holds({ code: { _in: ["b", "d"] } }, [
        { code: "b", stock: 2 },
        { code: "d", stock: 4 },
      ]),
    ],
  },
  {
    name: "import: on_conflict refuses a row without its key, which each run would add again",
    as: as.secretKey,
    request: load("code,stock,note\nk,1,\n,2,keyless\n", { on_conflict: "code" }),
    expect: keyless({ total: 2, inserted: 1, failed: 1 }, { row: 2, line: 3 }, "code"),
    then: [
      {
        as: as.secretKey,
        request: load("code,stock,note\n,2,keyless\n", { on_conflict: "code", dry_run: "true" }),
        expect: keyless({ failed: 1 }, { row: 1 }, "code"),
      },
      {
        as: as.secretKey,
        request: load("code,stock,note\nl,2,keyless\n", { on_conflict: "id" }),
        expect: keyless({ failed: 1 }, { row: 1 }, "id"),
      },
      holds({ note: { _eq: "keyless" } }, []),
    ],
  },
  {
    name: "import: on_conflict is checked before a row is written, and needs the right to change",
    as: as.secretKey,
    request: load("code,stock\ne,1\n", { on_conflict: "stock" }),
    expect: refused(422, "VALIDATION", "on_conflict"),
    then: [
      {
        request: load("code,stock\ne,1\n", { resolution: "ignore" }),
        expect: refused(422, "VALIDATION", "resolution"),
      },
      {
        as: as.user("alice"),
        request: load("code,stock\na,1\n", { on_conflict: "code" }),
        expect: { ...refused(403, "FORBIDDEN"), excludes: [...INTERNALS] },
      },
      holds({ code: "e" }, []),
    ],
  },
].map((scenario) => ({ needs: [parts], ...scenario }) as Scenario);
