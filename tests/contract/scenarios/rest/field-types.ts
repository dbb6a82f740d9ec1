import type { Json, JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { MAKERS, makers } from "../../fixtures/things.ts";
import { aTimestamp, aUuid, equal, exactly } from "../../match.ts";
import { namedRows, rowsOf } from "../../rows.ts";
import { created, get, items, ok, post, refused, type Scenario } from "../../scenario.ts";

const typed = collection(
  {
    slug: "typed",
    fields: [
      { name: "text", type: "text" },
      { name: "longtext", type: "longtext" },
      { name: "integer", type: "integer" },
      { name: "number", type: "number" },
      { name: "decimal", type: "decimal", precision: 18, scale: 2 },
      { name: "units", type: "decimal", precision: 18, scale: 0 },
      { name: "boolean", type: "boolean" },
      { name: "json", type: "json" },
      { name: "timestamp", type: "timestamp" },
      { name: "date", type: "date" },
      { name: "uuid", type: "uuid" },
      { name: "enum", type: "enum", values: ["a", "b"] },
      { name: "email", type: "email" },
      { name: "relation", type: "relation", to: "makers" },
    ],
  },
  { needs: [makers] },
);

const bounded = collection({
  slug: "bounded",
  fields: [
    { name: "low", type: "integer", min: 1, max: 10 },
    { name: "rate", type: "number", min: 0.5, max: 1.5 },
    { name: "cost", type: "decimal", precision: 10, scale: 2, min: "0.50", max: "99.99" },
    { name: "code", type: "text", min_length: 2, max_length: 4, pattern: "^[A-Z]+$" },
    { name: "smile", type: "text", max_length: 2 },
    { name: "words", type: "longtext", pattern: "^(\\w+\\s?)+$" },
    { name: "since", type: "date", min: "2000-01-01" },
    { name: "need", type: "text", default: "given", required: true },
    { name: "stamp", type: "timestamp", default: "$now" },
    { name: "tag", type: "uuid", default: "$uuid" },
  ],
});

const CONTACTS = namedRows(47, { bea: 1, ann: 2, other: 3 });
const contacts = collection(
  { slug: "contacts", fields: [{ name: "address", type: "email", required: true, unique: true }] },
  {
    rows: [
      { id: CONTACTS.bea, address: "b@example.com" },
      { id: CONTACTS.ann, address: "Ann@Example.com" },
      { id: CONTACTS.other, address: "a@other.example" },
    ],
  },
);

/** A value is stored and comes back, at once and when read again, in the one form of its type. */
const keeps = (field: string, what: string, value: Json, form: Json = value): Scenario => ({
  name: `field types: ${field} keeps ${what}`,
  as: as.secretKey,
  needs: [typed],
  request: post("/api/items/typed", { [field]: value }),
  expect: created({ data: { [field]: exactly(form) } }),
  async verify(reply, world) {
    const { id } = (reply.json as { data: { id: string } }).data;
    const again = (await world.must(as.secretKey, get(`/api/items/typed/${id}`))).data as JsonObject;
    if (!equal(again[field], form)) throw new Error(`read again: ${JSON.stringify(again[field])?.slice(0, 200)}`);
  },
});

/** Nothing with this id is ever stored. */
const { refused: REFUSED } = namedRows(41, { refused: 1 });
const refuses = (field: string, what: string, value: Json, slug = "typed"): Scenario => ({
  name: `field types: ${field} refuses ${what}`,
  as: as.secretKey,
  needs: [typed, bounded],
  request: post(`/api/items/${slug}`, { id: REFUSED, [field]: value }),
  expect: refused(422, "VALIDATION", field),
  then: [{ request: get(`/api/items/${slug}/${REFUSED}`), expect: refused(404, "ITEM_NOT_FOUND") }],
});

export const scenarios: Scenario[] = [
  keeps("text", "unicode", "Zażółć 😀 \u202eעברית\u202c e\u0301\t\n"),
  keeps("text", "SQL", "'; DROP TABLE typed; --\\' \" ` $1 ? :a"),
  keeps("text", "the empty text", ""),
  keeps("longtext", "100,000 characters", "ä1".repeat(50_000)),
  keeps("integer", "the largest safe integer", 9007199254740991),
  keeps("integer", "the smallest safe integer", -9007199254740991),
  keeps("number", "a double to its last bit", 0.1 + 0.2),
  keeps("number", "the very large", 1.7976931348623157e308),
  keeps("number", "the very small", 5e-324),
  keeps("number", "whole numbers", -12),
  keeps("decimal", "cents", "12.5", "12.50"),
  keeps("decimal", "cents given as a number", 0.1, "0.10"),
  keeps("decimal", "all 18 digits", "-9999999999999999.99"),
  keeps("decimal", "no negative zero", "-0.00", "0.00"),
  keeps("units", "whole units", "123456789012345678"),
  keeps("boolean", "true", true),
  keeps("boolean", "false", false),
  keeps("json", "nested values", { a: [1, 2.5, "x", null, true, { b: {} }], "": "empty key", "a.b": "dotted" }),
  keeps("json", "a bare text", "text"),
  keeps("json", "a bare false", false),
  keeps("json", "an empty list", []),
  keeps("timestamp", "an instant with a zone as UTC", "2024-05-01T12:00:00.123+02:00", "2024-05-01T10:00:00.123Z"),
  keeps("timestamp", "zeros after the millisecond", "2024-05-01T10:00:00.120000Z", "2024-05-01T10:00:00.120Z"),
  keeps("timestamp", "milliseconds since 1970", 0, "1970-01-01T00:00:00.000Z"),
  keeps("timestamp", "the year 1", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"),
  keeps("timestamp", "the year 9999", "9999-12-31T23:59:59.999Z"),
  keeps("date", "a leap day", "2024-02-29"),
  keeps("uuid", "lower case", "0F1E2D3C-4B5A-6978-8796-A5B4C3D2E1F0", "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"),
  keeps("enum", "a choice", "b"),
  keeps("email", "an address, case included", "Ann.O'Neil+news@Mail.Example.org"),
  keeps("relation", "an id", MAKERS.acme),
  keeps("integer", "null", null),
  refuses("text", "a number", 1),
  refuses("text", "256 characters", "x".repeat(256)),
  refuses("text", "the character U+0000", "a\u0000b"),
  refuses("longtext", "a list", ["a"]),
  refuses("integer", "a fraction", 1.5),
  refuses("integer", "a text", "1"),
  refuses("integer", "what is not safe", 9007199254740992),
  refuses("number", "a text", "1.5"),
  refuses("decimal", "a third digit after the point", "1.005"),
  refuses("decimal", "17 digits before the point", "12345678901234567"),
  refuses("boolean", "a number", 1),
  refuses("boolean", "a text", "true"),
  refuses("timestamp", "a word", "yesterday"),
  refuses("timestamp", "microseconds", "2024-05-01T10:00:00.000001Z"),
  refuses("timestamp", "30 February", "2024-02-30T00:00:00Z"),
  refuses("date", "a time", "2024-05-01T00:00:00Z"),
  refuses("date", "29 February of another year", "2023-02-29"),
  refuses("uuid", "a word", "not-a-uuid"),
  refuses("enum", "no choice of its", "c"),
  refuses("email", "a word", "ann"),
  refuses("email", "a domain of one label", "ann@localhost"),
  refuses("email", "a blank before it", " ann@example.com"),
  refuses("email", "255 characters", `${"a".repeat(243)}@example.com`),
  refuses("relation", "a list", [MAKERS.acme]),
  refuses("low", "less than its least", 0, "bounded"),
  refuses("low", "more than its most", 11, "bounded"),
  refuses("rate", "more than its most", 1.51, "bounded"),
  refuses("cost", "less than its least", "0.49", "bounded"),
  refuses("code", "a text that is too short", "A", "bounded"),
  refuses("code", "a text that is too long", "ABCDE", "bounded"),
  refuses("code", "what does not match", "ab", "bounded"),
  refuses("words", "what would be tried in more ways than can be counted", `${"a".repeat(5000)}!`, "bounded"),
  refuses("words", "more than can be matched with its pattern", "a".repeat(900_000), "bounded"),
  refuses("since", "an earlier day", "1999-12-31", "bounded"),
  refuses("need", "null where a value is required", null, "bounded"),
  {
    name: "field types: email is unique, filtered, sorted and grouped as text",
    as: as.secretKey,
    needs: [contacts],
    request: items("contacts", { filter: { address: { _icontains: "@EXAMPLE." } }, sort: "address" }),
    expect: ok(rowsOf(CONTACTS, "ann", "bea")),
    then: [
      { request: items("contacts", { filter: { address: "ann@example.com" } }), expect: ok({ data: [] }) },
      {
        request: items("contacts", { filter: { address: { _gt: "a" } }, sort: "address" }),
        expect: ok(rowsOf(CONTACTS, "other", "bea")),
      },
      {
        request: post("/api/items/contacts", { address: "b@example.com" }),
        expect: refused(409, "UNIQUE_VIOLATION", "address"),
      },
      {
        request: post("/api/items/contacts/aggregate", {
          group_by: ["address"],
          aggregates: { n: { count: "*" }, last: { max: "address" } },
          limit: 1,
        }),
        expect: ok({ data: [{ address: "Ann@Example.com", n: 1, last: "Ann@Example.com" }] }),
      },
    ],
  },
  {
    name: "field types: defaults, and characters counted as people do",
    as: as.secretKey,
    needs: [bounded],
    request: post("/api/items/bounded", { smile: "😀😀", low: 10, cost: 99.99 }),
    expect: created({ data: { smile: "😀😀", need: "given", stamp: aTimestamp, tag: aUuid, low: 10, cost: "99.99" } }),
  },
  {
    name: "field types: all errors of a body are reported at once",
    as: as.secretKey,
    needs: [typed],
    request: post("/api/items/typed", { integer: "x", date: "y", boolean: "z" }),
    expect: { ...refused(422, "VALIDATION", "integer"), contains: ['"date"', '"boolean"'] },
    then: [{ request: items("typed", { filter: { integer: { _null: true } }, limit: "1" }), expect: ok() }],
  },
];
