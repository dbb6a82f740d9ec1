import type { Json, JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { exactly, matching } from "../../match.ts";
import { namedRows, rowsOf } from "../../rows.ts";
import { created, del, type Expectation, get, INTERNALS, items, ok, post, type Scenario } from "../../scenario.ts";

/** A text that only looks like a variable would make a rule that silently does nothing. */

const TAGS = namedRows(800, { price: 1, mention: 2, plain: 3, made: 4, filled: 5 });
const tags = collection(
  {
    slug: "tags",
    fields: [
      { name: "label", type: "text" },
      { name: "at", type: "timestamp" },
      { name: "facts", type: "json" },
    ],
  },
  {
    rules: [{ role: "authenticated", action: "create", presets: { label: { $literal: "$user.id" } } }],
    rows: [
      { id: TAGS.price, label: "$5", facts: { label: "$5" } },
      { id: TAGS.mention, label: "@request.auth.id", facts: { label: "@now" } },
      { id: TAGS.plain, label: "5", facts: { label: "5" } },
    ],
  },
);

/** Texts that are no variable, and the one that the error names. */
const MISTAKES: Readonly<Record<string, string>> = {
  $CURRENT_USER: "$user.id",
  "$User.id": "$user.id",
  "$user.uid": "$user.id",
  $userid: "$user.id",
  "$user.mail": "$user.email",
  $CURRENT_ROLES: "$user.roles",
  $NOW: "$now",
  "$NOW(-7 days)": "$now",
  "@request.auth.id": "$user.id",
  "@request.auth.email": "$user.email",
  "@todayStart": "$now",
  "{{user.id}}": "$user.id",
  "{{ $user.email }}": "$user.email",
  "${user.id}": "$user.id",
  "auth.uid()": "$user.id",
  "(select auth.uid())": "$user.id",
  "request.auth.uid": "$user.id",
  "auth.uid": "$user.id",
  "auth.email": "$user.email",
  "@me": "$user.id",
  "#{user.id}": "$user.id",
  "#{current_user.email}": "$user.email",
  "<%= user.id %>": "$user.id",
  "X-Hasura-User-Id": "$user.id",
  "user.id": "$user.id",
  "now()": "$now",
};

const names = (text: string, near: string, field: string): Expectation => ({
  status: 422,
  code: "VALIDATION",
  field,
  body: { error: { message: matching(new RegExp(`${quoted(text)}.*did you mean ${quoted(near)}\\?`, "s")) } },
  excludes: ['"data"', ...INTERNALS],
});

function quoted(text: string): string {
  return text.replaceAll(/[$()|[\]{}.*+?^\\]/g, "\\$&");
}

function everywhere(text: string, near: string): Scenario[] {
  const rule = (part: string, more: JsonObject): Scenario => ({
    name: `variables: ${text} in ${part} of a rule`,
    as: as.secretKey,
    needs: [tags],
    request: post("/api/permissions", { role: "public", collection: "tags", action: "create", ...more }),
    expect: names(text, near, part),
    then: [
      { request: get("/api/permissions", { collection: "tags", role: "public" }), expect: ok({ data: exactly([]) }) },
    ],
  });
  return [
    rule("condition.label._eq", { effect: "deny", condition: { label: { _eq: text } } }),
    rule("presets.label", { presets: { label: text } }),
    rule("presets.facts.by", { presets: { facts: { by: text } } }),
    rule("check.facts.label", { check: { "facts.label": text } }),
    {
      name: `variables: ${text} in a filter`,
      as: as.secretKey,
      needs: [tags],
      request: items("tags", { filter: { $or: [{ label: { _contains: text } }] } }),
      expect: names(text, near, "filter.$or.0.label._contains"),
    },
    {
      name: `variables: ${text} in a list`,
      as: as.secretKey,
      needs: [tags],
      request: items("tags", { filter: { label: { _in: ["5", text] } } }),
      expect: names(text, near, "filter.label._in.1"),
    },
    {
      name: `variables: ${text} in a live query`,
      as: as.secretKey,
      needs: [tags],
      request: { ...post("/api/live", { collection: "tags", filter: { label: text } }), query: { poll: "1" } },
      expect: names(text, near, "filter.label"),
    },
  ];
}

const byDefault = (type: string, value: Json): JsonObject => ({
  slug: "tagged",
  fields: [{ name: "label", type, default: value }],
});
const badDefault = (type: string, value: Json, field: string, message: RegExp): Scenario => ({
  name: `variables: ${JSON.stringify(value)} as the default of a ${type}`,
  as: as.secretKey,
  request: post("/api/collections", byDefault(type, value)),
  expect: {
    status: 422,
    code: "VALIDATION",
    field,
    body: { error: { message: matching(message) } },
    excludes: ['"data"', ...INTERNALS],
  },
  then: [{ request: get("/api/collections/tagged"), expect: { status: 404 } }],
});

const finds = (name: string, filter: Json, ...rows: ("price" | "mention" | "plain")[]): Scenario => ({
  name: `variables: ${name}`,
  as: as.secretKey,
  needs: [tags],
  request: items("tags", {
    filter: { $and: [filter, { id: { _in: [TAGS.price, TAGS.mention, TAGS.plain] } }] },
    sort: "id",
  }),
  expect: ok(rowsOf(TAGS, ...rows)),
});

export const scenarios: Scenario[] = [
  ...Object.entries(MISTAKES).flatMap(([text, near]) => everywhere(text, near)),
  badDefault("timestamp", "$NOW", "fields.0.default", /did you mean \$now\?/),
  badDefault("uuid", "$UUID", "fields.0.default", /did you mean \$uuid\?/),
  badDefault("text", "$now", "fields.0.default", /no variable can stand here/),
  badDefault("text", "$user.id", "fields.0.default", /no variable can stand here/),
  badDefault("text", "{{user.id}}", "fields.0.default", /\$literal/),
  badDefault("json", { by: ["$user.id"] }, "fields.0.default.by.0", /\$literal/),
  {
    name: "variables: one inside a preset's value is not the whole value",
    as: as.secretKey,
    needs: [tags],
    request: post("/api/permissions", {
      role: "public",
      collection: "tags",
      action: "create",
      presets: { facts: { by: "$user.id" } },
    }),
    expect: {
      status: 422,
      code: "VALIDATION",
      field: "presets.facts.by",
      body: { error: { message: matching(/must be the whole value/) } },
      excludes: ['"data"'],
    },
  },
  finds("a real text with a dollar", { label: { $literal: "$5" } }, "price"),
  finds("the same with an operator", { label: { _starts_with: { $literal: "$" } } }, "price"),
  finds("the same in a list", { label: { _in: [{ $literal: "$5" }, "5"] } }, "price", "plain"),
  finds("the same inside JSON", { "facts.label": { $literal: "@now" } }, "mention"),
  finds("the same as a nested path", { facts: { label: { _neq: { $literal: "$5" } } } }, "mention", "plain"),
  finds("another product's form as a text", { label: { _eq: { $literal: "@request.auth.id" } } }, "mention"),
  finds("the same in a pattern", { label: { _like: { $literal: "$_" } } }, "price"),
  finds("the same as a member of a list in JSON", { facts: { label: { _contains: { $literal: "$5" } } } }, "price"),
  finds("any text can be escaped", { label: { $literal: "5" } }, "plain"),
  {
    name: "variables: an escaped preset is the text itself",
    as: as.user("alice"),
    needs: [tags],
    request: post("/api/items/tags", { id: TAGS.made }),
    expect: created(),
    then: [
      { as: as.secretKey, request: get(`/api/items/tags/${TAGS.made}`), expect: ok({ data: { label: "$user.id" } }) },
    ],
  },
  {
    name: "variables: an escaped default is the text itself, for new items and for those that there were",
    as: as.secretKey,
    given: [
      {
        request: post("/api/collections", { slug: "notes_of_prices", fields: [{ name: "n", type: "integer" }] }),
        expect: created(),
      },
      { request: post("/api/items/notes_of_prices", { id: TAGS.filled }), expect: created() },
      {
        request: {
          method: "PATCH",
          path: "/api/collections/notes_of_prices",
          body: { fields: [{ name: "price", type: "text", default: { $literal: "$5" } }] },
        },
        expect: ok({ data: { fields: [{}, { name: "price", default: exactly({ $literal: "$5" }) }] } }),
      },
    ],
    request: post("/api/items/notes_of_prices", { n: 2 }),
    expect: created({ data: { price: "$5" } }),
    then: [
      { request: get(`/api/items/notes_of_prices/${TAGS.filled}`), expect: ok({ data: { price: "$5" } }) },
      { request: del("/api/collections/notes_of_prices", { confirm: "notes_of_prices" }), expect: ok() },
    ],
  },
];
