import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { type Call, INTERNALS, items, ok, refused, type Scenario, type Step } from "../../scenario.ts";
import { again, crowd, first, keyed, sendsTheSame } from "./idempotency.ts";

const ballots = collection({
  slug: "ballots",
  fields: [
    { name: "a", type: "text", required: true },
    { name: "n", type: "integer" },
  ],
});
const load = (raw: string, key: string, query: Call["query"] = { format: "ndjson" }): Call =>
  keyed({ method: "POST", path: "/api/items/ballots/import", query, raw }, key);
const rows = (a: string, count = 3): string =>
  Array.from({ length: count }, (_, n) => `${JSON.stringify({ a, n })}\n`).join("");
const listOf = (a: string, count: number): string => `[${rows(a, count).trim().replaceAll("\n", ",")}`;
const countIs = (a: string, count: number): Step => ({
  as: as.secretKey,
  request: items("ballots", { filter: { a }, limit: "1", meta: "filter_count" }),
  expect: ok({ meta: { filter_count: count } }),
});
const report = (data: object) => ({
  ...ok({ data: { ...data } }),
  excludes: ["INTERNAL", ...INTERNALS],
  headers: first,
});

/** `Idempotency-Key` for a file, which is written in many batches while it is read. */
export const scenarios: Scenario[] = onBallots(
  {
    name: "idempotency: an import happens once, and its report comes byte for byte",
    as: as.secretKey,
    request: load(`${rows("once", 2)}{"a":"once","n":"x"}\n{"a":"once"}\n`, '"import-1"'),
    expect: report({ total: 4, inserted: 3, failed: 1, errors: [{ row: 3, error: { field: "n" } }] }),
    then: [
      { request: load(rows("other"), '"import-1"'), expect: refused(422, "VALIDATION", "idempotency-key") },
      { request: load(rows("once", 2), '"import-1"'), expect: refused(422, "VALIDATION", "idempotency-key") },
      { as: as.anonymous, request: load(rows("once"), '"import-1"'), expect: refused(401, "UNAUTHORIZED") },
      countIs("other", 0),
    ],
    async verify(reply, world) {
      const call = load(`${rows("once", 2)}{"a":"once","n":"x"}\n{"a":"once"}\n`, '"import-1"');
      await sendsTheSame(world, as.secretKey, call, reply);
      const { data } = await world.must(as.secretKey, items("ballots", { filter: { a: "once" } }));
      if ((data as unknown[]).length !== 3) throw new Error(`there are ${(data as unknown[]).length} rows`);
    },
  },
  {
    name: "idempotency: an import's key goes with its parameters",
    as: as.secretKey,
    given: [{ request: load(rows("converted"), '"import-2"'), expect: report({ inserted: 3 }) }],
    request: load(rows("converted"), '"import-2"', { format: "ndjson", convert: "true" }),
    expect: {
      ...refused(409, "CONFLICT", "idempotency-key"),
      body: { error: { details: { differences: ["convert was false, now true"] } } },
    },
    then: [
      countIs("converted", 3),
      { request: load(rows("converted"), '"import-2"'), expect: { ...report({ inserted: 3 }), headers: again } },
    ],
  },
  {
    name: "idempotency: an import that wrote nothing leaves the key to other parameters",
    as: as.secretKey,
    given: [
      {
        request: load('{"a":"lenient","n":"1"}\n', '"import-7"'),
        expect: report({ inserted: 0, failed: 1 }),
      },
    ],
    request: load('{"a":"lenient","n":"1"}\n', '"import-7"', { format: "ndjson", convert: "true" }),
    expect: report({ inserted: 1, failed: 0 }),
    then: [
      { request: load('{"a":"lenient","n":"1"}\n', '"import-7"'), expect: refused(409, "CONFLICT", "idempotency-key") },
      countIs("lenient", 1),
    ],
  },
  {
    name: "idempotency: an import that is refused as a whole leaves the key free",
    as: as.secretKey,
    given: [
      {
        request: load("a,zzz\nfreed,1\n", '"import-3"', { format: "csv" }),
        expect: { status: 422, code: "UNKNOWN_FIELD", headers: first },
      },
    ],
    request: load("a,n\nfreed,1\n", '"import-3"', { format: "csv" }),
    expect: report({ inserted: 1 }),
    then: [countIs("freed", 1)],
  },
  {
    name: "idempotency: an import that stopped goes on when it is sent again",
    as: as.secretKey,
    given: [
      {
        request: load(listOf("broken", 1200), '"import-4"', { format: "json" }),
        expect: report({ inserted: 1200, stopped: { row: 1201 } }),
      },
      {
        request: load(`${listOf("broken", 1100)}]`, '"import-4"', { format: "json" }),
        expect: refused(422, "VALIDATION", "idempotency-key"),
      },
    ],
    request: load(`${listOf("broken", 1250)}]`, '"import-4"', { format: "json" }),
    expect: report({ total: 1250, inserted: 1250, failed: 0 }),
    then: [
      countIs("broken", 1250),
      {
        request: load(`${listOf("broken", 1250)}]`, '"import-4"', { format: "json" }),
        expect: { ...ok({ data: { inserted: 1250 } }), headers: again },
      },
      countIs("broken", 1250),
    ],
  },
  {
    name: "idempotency: a repeated import that reports its progress ends with the same line",
    as: as.secretKey,
    request: load(rows("lines"), '"import-5"'),
    expect: report({ inserted: 3 }),
    then: [
      {
        request: { ...load(rows("lines"), '"import-5"'), headers: lines('"import-5"') },
        expect: {
          status: 200,
          headers: { ...again, "content-type": /ndjson/ },
          contains: ['"inserted":3'],
          excludes: ['"progress"', '"error"'],
        },
      },
      {
        request: { ...load(rows("other"), '"import-5"'), headers: lines('"import-5"') },
        expect: refused(422, "VALIDATION", "idempotency-key"),
      },
      countIs("lines", 3),
    ],
    async verify(reply, world) {
      const call = { ...load(rows("lines"), '"import-5"'), headers: lines('"import-5"') };
      const { text } = await world.send(as.secretKey, call);
      if (text !== `${reply.text}\n`) throw new Error(`the line is ${text}, not ${reply.text}`);
    },
  },
  {
    name: "idempotency: a dry run's answer is repeated too",
    as: as.secretKey,
    given: [
      {
        request: load(rows("tried"), '"import-6"', { format: "ndjson", dry_run: "true" }),
        expect: report({ total: 3, inserted: 0, dry_run: true }),
      },
    ],
    request: load(rows("tried"), '"import-6"', { format: "ndjson", dry_run: "true" }),
    expect: { ...report({ total: 3, inserted: 0, dry_run: true }), headers: again },
    then: [countIs("tried", 0)],
  },
  {
    name: "idempotency: of many imports at once one writes, and the others hear of it",
    as: as.secretKey,
    request: items("ballots", { filter: { a: "crowd" } }),
    expect: ok({ data: [] }),
    async verify(_, world) {
      const call = load(rows("crowd", 40), '"import-crowd"');
      await crowd(world, as.secretKey, call, 200);
      const { data } = await world.must(as.secretKey, items("ballots", { filter: { a: "crowd" }, limit: "200" }));
      if ((data as unknown[]).length !== 40) throw new Error(`there are ${(data as unknown[]).length} rows`);
    },
  },
);

function onBallots(...scenarios: Omit<Scenario, "needs">[]): Scenario[] {
  return scenarios.map((scenario) => ({ ...scenario, needs: [ballots] }));
}

function lines(key: string): Record<string, string> {
  return { "idempotency-key": key, accept: "application/x-ndjson" };
}
