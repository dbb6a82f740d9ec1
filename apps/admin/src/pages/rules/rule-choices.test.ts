import { expect, test } from "bun:test";
import { DEFAULT_COLUMNS, systemFields } from "@plinth/core";
import type { CollectionInfo } from "../../data/collections.ts";
import { choicesFor, ruleOf } from "./rule-choices.ts";

const BOOKS: CollectionInfo = {
  id: "1",
  slug: "books",
  kind: "managed",
  version: 1,
  created_at: "2024-05-01T10:00:00.000Z",
  system_fields: systemFields(DEFAULT_COLUMNS),
  fields: [
    { name: "title", type: "text" },
    { name: "author", type: "relation", to: "users" },
    { name: "publisher", type: "relation", to: "organizations" },
    { name: "series", type: "relation", to: "series" },
  ],
};

const conditions = (...args: Parameters<typeof choicesFor>) => choicesFor(...args).map(({ condition }) => condition);

test("items belong to their owner, to the user whom they lead to, and to an organization", () => {
  expect(conditions("authenticated", BOOKS, "read")).toEqual([
    null,
    { owner_id: { _eq: "$user.id" } },
    { author: { _eq: "$user.id" } },
    { publisher: { _in: "$user.orgs" } },
    null,
  ]);
  expect(choicesFor("authenticated", BOOKS, "read").map(({ kind }) => kind)).toEqual([
    "all",
    "user",
    "user",
    "organization",
    "fields",
  ]);
});

test("nothing belongs to somebody without an account, and a new item belongs to who makes it", () => {
  expect(conditions("public", BOOKS, "read")).toEqual([null, null]);
  expect(choicesFor("editor", BOOKS, "create").map(({ field }) => field)).toEqual([undefined, "author", "publisher"]);
});

test("a collection without an owner offers none, and users are their own", () => {
  const bare = { ...BOOKS, fields: [], system_fields: systemFields({ id: "id" }) };
  expect(conditions("authenticated", bare, "read")).toEqual([null, null]);
  expect(conditions("authenticated", { ...bare, slug: "users" }, "update")).toEqual([
    null,
    { id: { _eq: "$user.id" } },
  ]);
});

test("the condition of a choice is that of its rule, for a new item too", () => {
  const [, author] = choicesFor("editor", BOOKS, "create");
  const rule = ruleOf(author!, "editor", "books", "create");
  expect([rule.condition, rule.check]).toEqual([{ author: { _eq: "$user.id" } }, null]);
  expect(ruleOf(author!, "editor", "books", "read")).toMatchObject({
    condition: { author: { _eq: "$user.id" } },
    check: null,
  });
});
