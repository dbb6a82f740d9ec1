import type { ErrorCode, Json } from "@plinth/core";
import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { THINGS, things } from "../../fixtures/things.ts";
import { namedRows, rowsOf } from "../../rows.ts";
import {
  type Call,
  get,
  INTERNALS,
  items,
  ok,
  patch,
  post,
  refused,
  type Scenario,
  type Step,
} from "../../scenario.ts";

const TARGETS = namedRows(70, { untouched: 1 });
const path = "/api/items/target";
const target = collection(
  {
    slug: "target",
    fields: [
      { name: "title", type: "text" },
      { name: "n", type: "integer" },
      { name: "data", type: "json" },
    ],
  },
  { rows: [{ id: TARGETS.untouched, title: "untouched", n: 1 }] },
);
const untouched: Step = {
  as: as.secretKey,
  request: items("target", { meta: "total_count" }),
  expect: { ...ok({ data: [{ id: TARGETS.untouched, title: "untouched", version: 1 }], meta: { total_count: 1 } }) },
};
const bytes = (...parts: (string | number[])[]): Uint8Array<ArrayBuffer> =>
  new Uint8Array(parts.flatMap((part) => (typeof part === "string" ? [...new TextEncoder().encode(part)] : part)));

const raw = (what: string, body: Call["raw"], status: number, code: ErrorCode, more: Partial<Call> = {}): Scenario => ({
  name: `bad input: ${what}`,
  as: as.secretKey,
  needs: [target],
  request: { method: "POST", path, raw: body ?? "", ...more },
  expect: refused(status, code),
  then: [untouched],
});

const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
const TEN_MB = 10 * 1024 * 1024;

/** The same bytes in pieces and without a length. */
function pieces(size: number): () => ReadableStream<Uint8Array> {
  const piece = new TextEncoder().encode(" ".repeat(64 * 1024));
  return () => {
    let sent = 0;
    return new ReadableStream({
      pull(controller) {
        if (sent >= size) return controller.close();
        sent += piece.byteLength;
        controller.enqueue(piece);
      },
    });
  };
}

const query = (filter: Json, code: ErrorCode, field: string): Scenario => ({
  name: `bad filter: ${JSON.stringify(filter).slice(0, 100)}`,
  as: as.secretKey,
  needs: [things],
  request: items("things", { filter: JSON.stringify(filter) }),
  expect: refused(422, code, field),
});

const parameter = (query: string, code: ErrorCode, field: string): Scenario => ({
  name: `bad parameter: ${query}`,
  as: as.secretKey,
  needs: [things],
  request: get(`/api/items/things?${query}`),
  expect: refused(422, code, field),
});

export const scenarios: Scenario[] = [
  raw("JSON that is none", '{"title": "x",}', 400, "MALFORMED_JSON"),
  raw("JSON that ends too early", '{"title": "x"', 400, "MALFORMED_JSON"),
  raw("an empty body", "", 400, "MALFORMED_JSON"),
  raw("no content type", '{"title":"x"}', 415, "UNSUPPORTED_MEDIA_TYPE", { headers: { "content-type": "text/plain" } }),
  raw("a form", "title=x", 415, "UNSUPPORTED_MEDIA_TYPE", {
    headers: { "content-type": "application/x-www-form-urlencoded" },
  }),
  raw("bytes that are not UTF-8", bytes('{"title":"', [0xff, 0xfe], '"}'), 400, "INVALID_UTF8"),
  raw("a surrogate in UTF-8", bytes('{"title":"', [0xed, 0xa0, 0x80], '"}'), 400, "INVALID_UTF8"),
  raw("UTF-8 that ends too early", bytes('{"title":"x"}', [0xf0, 0x9f]), 400, "INVALID_UTF8"),
  raw("half a surrogate pair in an escape", '{"title":"\\ud83d"}', 422, "VALIDATION"),
  raw("10 MB", `{"title":"${"x".repeat(TEN_MB)}"}`, 413, "BODY_TOO_LARGE"),
  raw("10 MB in pieces, without a length", pieces(TEN_MB), 413, "BODY_TOO_LARGE"),
  raw("JSON 1,000 levels deep", `{"data":${nested(1000)}}`, 422, "LIMIT_EXCEEDED"),
  raw("JSON 100,000 levels deep", `{"data":${nested(100_000)}}`, 422, "LIMIT_EXCEEDED"),
  ...["/api/batch", "/api/items/target/aggregate", "/api/live", "/api/permissions", "/api/collections"].map(
    (path): Scenario => ({
      name: `bad input: JSON 100,000 levels deep for ${path}`,
      as: as.secretKey,
      needs: [target],
      request: { method: "POST", path, raw: `{"filter":${nested(100_000)}}` },
      expect: { ...refused(422, "LIMIT_EXCEEDED", "body"), excludes: ["RangeError", ...INTERNALS] },
    }),
  ),
  {
    name: "bad input: brackets in a text are no levels",
    as: as.secretKey,
    needs: [target],
    request: post("/api/items/target", { title: '[{\\"'.repeat(600) }),
    expect: { status: 422, excludes: ['"LIMIT_EXCEEDED"'] },
    then: [untouched],
  },
  raw("a number beyond doubles", '{"n":1e999}', 422, "VALIDATION"),
  raw("a list 1,000 levels deep", `${"[".repeat(1000)}${"]".repeat(1000)}`, 422, "VALIDATION"),
  {
    name: "bad input: a patch of 10 MB",
    as: as.secretKey,
    needs: [target],
    request: patch(`${path}/${TARGETS.untouched}`, { title: "x".repeat(TEN_MB) }),
    expect: refused(413, "BODY_TOO_LARGE"),
    then: [untouched],
  },
  {
    name: "bad input: a sign-in of 10 MB",
    as: as.anonymous,
    request: post("/api/auth/sign-in/email", { email: "a@people.test", password: "x".repeat(TEN_MB) }),
    expect: refused(413, "BODY_TOO_LARGE"),
  },
  {
    name: "bad input: a filter 1,000 levels deep",
    as: as.secretKey,
    needs: [things],
    request: get(`/api/items/things?filter=${'{"$not":'.repeat(1000)}{}${"}".repeat(1000)}`),
    expect: { ...refused(422, "LIMIT_EXCEEDED"), excludes: ['"data"', "RangeError", "Maximum call stack"] },
    then: [{ request: items("things", { filter: { n: 1 } }), expect: ok(rowsOf(THINGS, "alpha")) }],
  },
  {
    name: "bad input: a JSON path 1,000 levels deep",
    as: as.secretKey,
    needs: [things],
    request: get(`/api/items/things?filter={"data":${nested(1000)}}`),
    expect: { ...refused(422, "LIMIT_EXCEEDED"), excludes: ['"data"', "RangeError"] },
  },
  ...["query", "aggregate"].map(
    (route): Scenario => ({
      name: `bad input: a filter 40,000 levels deep in a body of ${route}`,
      as: as.secretKey,
      needs: [things],
      request: {
        method: "POST",
        path: `/api/items/things/${route}`,
        raw: `{${route === "aggregate" ? '"aggregates":{"n":{"count":"*"}},' : ""}"filter":${'{"$not":'.repeat(40_000)}{}${"}".repeat(40_000)}}`,
      },
      expect: { ...refused(422, "LIMIT_EXCEEDED"), excludes: ['"data"', "RangeError"] },
    }),
  ),
  {
    name: "bad input: a rule's condition 1,000 levels deep",
    as: as.secretKey,
    needs: [target],
    request: {
      method: "POST",
      path: "/api/permissions",
      raw: `{"role":"public","collection":"target","action":"read","condition":${'{"$not":'.repeat(1000)}{}${"}".repeat(1000)}}`,
    },
    expect: { ...refused(422, "LIMIT_EXCEEDED"), excludes: ["RangeError"] },
    then: [{ as: as.publicKey, request: items("target"), expect: refused(403, "FORBIDDEN") }],
  },
  query({ nope: 1 }, "UNKNOWN_FIELD", "filter.nope"),
  query({ "name.first": "x" }, "UNKNOWN_FIELD", "filter.name.first"),
  query({ "maker.nope": 1 }, "UNKNOWN_FIELD", "filter.maker.nope"),
  query({ createdAt: "2024-01-01" }, "UNKNOWN_FIELD", "filter.createdAt"),
  query({ $nor: [] }, "UNKNOWN_FIELD", "filter.$nor"),
  query({ n: { $ne: 1 } }, "UNKNOWN_OPERATOR", "filter.n.$ne"),
  query({ n: { _like: "x" } }, "UNKNOWN_OPERATOR", "filter.n._like"),
  query({ n: { _contains: "1" } }, "UNKNOWN_OPERATOR", "filter.n._contains"),
  query({ active: { _gt: false } }, "UNKNOWN_OPERATOR", "filter.active._gt"),
  query({ n: "1" }, "VALIDATION", "filter.n"),
  query({ n: { _gt: "1" } }, "VALIDATION", "filter.n._gt"),
  query({ n: { _in: [1, "2"] } }, "VALIDATION", "filter.n._in.1"),
  query({ n: { _in: 1 } }, "VALIDATION", "filter.n._in"),
  query({ n: { _in: [null] } }, "VALIDATION", "filter.n._in"),
  query({ n: [1, 2] }, "VALIDATION", "filter.n"),
  query({ n: {} }, "VALIDATION", "filter.n"),
  query({ n: { _null: "yes" } }, "VALIDATION", "filter.n._null"),
  query({ n: { _between: [1] } }, "VALIDATION", "filter.n._between"),
  query({ n: { _gt: null } }, "VALIDATION", "filter.n._gt"),
  query({ name: { _contains: 5 } }, "VALIDATION", "filter.name._contains"),
  query({ at: "last week" }, "VALIDATION", "filter.at"),
  query({ at: { _gt: { $now: { sub: { fortnights: 1 } } } } }, "VALIDATION", "filter.at._gt.$now.sub.fortnights"),
  query({ id: "1" }, "VALIDATION", "filter.id"),
  query({ data: { _eq: { a: 1 } } }, "VALIDATION", "filter.data._eq"),
  query({ $or: { n: 1 } }, "VALIDATION", "filter.$or"),
  query([], "VALIDATION", "filter"),
  query("n = 1", "VALIDATION", "filter"),
  query({ $or: Array.from({ length: 251 }, (_, n) => ({ n })) }, "LIMIT_EXCEEDED", "filter"),
  query({ n: { _in: Array.from({ length: 1001 }, (_, i) => i) } }, "LIMIT_EXCEEDED", "filter.n._in"),
  parameter("filter={n:1}", "VALIDATION", "filter"),
  parameter("where=1", "UNKNOWN_PARAMETER", "where"),
  parameter("Limit=1", "UNKNOWN_PARAMETER", "Limit"),
  parameter("limit=1&limit=2", "VALIDATION", "limit"),
  parameter("q=x", "UNKNOWN_PARAMETER", "q"),
  {
    name: "bad input: a path with a broken escape",
    as: as.secretKey,
    request: { method: "GET", path: "/api/items/%E0%A4%A/x" },
    expect: { status: [400, 404], excludes: ['"data"', "URIError", ...INTERNALS] },
  },
];
