import { expect, test } from "bun:test";
import { withSuggestedName } from "./suggested-name.ts";

const LIST = { name: "", type: "relation_many", through: "" } as const;
const LINK = { name: "", type: "relation" } as const;

test("a list is named as its collection, a link as one item of it", () => {
  expect(withSuggestedName(LIST, { to: "tags" }, []).name).toBe("tags");
  const words = ["authors", "categories", "boxes", "addresses", "houses", "status", "news_item", "people", "keys"];
  expect(words.map((to) => withSuggestedName(LINK, { to }, []).name)).toEqual([
    ...["author", "category", "box", "address", "house", "status", "news_item", "people", "key"],
  ]);
});

test("another choice gives another name, but none over one that somebody typed", () => {
  const suggested = withSuggestedName(LIST, { to: "tags" }, []);
  expect(withSuggestedName(suggested, { to: "labels" }, []).name).toBe("labels");
  expect(withSuggestedName({ ...suggested, name: "topics" }, { to: "labels" }, []).name).toBe("topics");
  expect(withSuggestedName(suggested, { note: "x" }, []).name).toBe("tags");
});

test("a name that is taken is not suggested", () => {
  expect(withSuggestedName(LIST, { to: "tags" }, ["tags"]).name).toBe("");
  expect(withSuggestedName(LIST, { to: "version" }, []).name).toBe("");
});
