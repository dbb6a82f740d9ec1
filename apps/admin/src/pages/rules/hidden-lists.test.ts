import { expect, test } from "bun:test";
import type { Rule } from "@plinth/core";
import type { CollectionInfo } from "../../data/collections.ts";
import { hiddenLists } from "./hidden-lists.ts";

const POSTS = {
  slug: "posts",
  fields: [{ name: "tags", type: "relation_many", to: "tags", through: "posts_tags" }],
} as unknown as CollectionInfo;
const ALL = [POSTS, { slug: "tags", fields: [] }, { slug: "posts_tags", fields: [] }] as unknown as CollectionInfo[];
const reads = (role: string, ...collections: string[]) =>
  collections.map(
    (collection) =>
      ({ role, collection, action: "read", effect: "allow", condition: null, check: null, fields: null }) as Rule,
  );
const closedFor = (role: string, rules: readonly Rule[]) =>
  hiddenLists(rules, role, [POSTS], ALL).map(({ field, closed }) => [field, ...closed.map(({ slug }) => slug)]);

test("a list needs its junction and its other side", () => {
  expect(closedFor("public", reads("public", "posts"))).toEqual([["tags", "tags", "posts_tags"]]);
  expect(closedFor("public", reads("public", "posts", "tags"))).toEqual([["tags", "posts_tags"]]);
  expect(closedFor("public", reads("public", "posts", "tags", "posts_tags"))).toEqual([]);
});

test("nothing is said of collections that are closed themselves, and wider roles count", () => {
  expect(closedFor("public", [])).toEqual([]);
  expect(closedFor("editor", reads("public", "posts"))).toEqual([]);
  const wide = [...reads("editor", "posts"), ...reads("public", "tags"), ...reads("authenticated", "posts_tags")];
  expect(closedFor("editor", wide)).toEqual([]);
  expect(closedFor("editor", wide.slice(0, 2))).toEqual([["tags", "posts_tags"]]);
});
