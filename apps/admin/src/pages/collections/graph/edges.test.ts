import { expect, test } from "bun:test";
import { edgesOf } from "./edges.ts";

test("each relation is one edge, with the lists that show it", () => {
  const posts = {
    slug: "posts",
    fields: [
      { name: "author", type: "relation", to: "authors" },
      { name: "tags", type: "relation_many", to: "tags", through: "posts_tags", via: "posts", target: "tags" },
      { name: "gone", type: "relation", to: "nowhere" },
    ],
  } as const;
  const authors = {
    slug: "authors",
    fields: [{ name: "posts", type: "relation_many", to: "posts", via: "author" }],
  } as const;
  const junction = {
    slug: "posts_tags",
    fields: [
      { name: "posts", type: "relation", to: "posts" },
      { name: "tags", type: "relation", to: "tags" },
    ],
  } as const;
  const all = [posts, authors, junction, { slug: "tags", fields: [] }];
  expect(edgesOf(all.map((one) => ({ ...one, fields: [...one.fields] })))).toEqual([
    { from: "posts", to: "authors", fields: ["author", "posts"] },
    { from: "posts_tags", to: "posts", fields: ["posts", "tags"] },
    { from: "posts_tags", to: "tags", fields: ["tags"] },
  ]);
});
