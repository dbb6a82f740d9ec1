import { expect, test } from "bun:test";
import { meaningOfValues, readValues, requestOf } from "./question.ts";

test("without a collection there is nothing to ask", () => {
  expect(requestOf({ who: "anonymous" })).toBeUndefined();
});

test("a new item has no id, and a stored one that is read no values", () => {
  const asked = { who: "role:editor", collection: "posts", item: "1", values: '{"title": "a"}' };
  expect(requestOf({ ...asked, action: "create" })).toEqual({
    as: "role:editor",
    collection: "posts",
    action: "create",
    item: { title: "a" },
  });
  expect(requestOf({ ...asked, action: "delete" })).toEqual({
    as: "role:editor",
    collection: "posts",
    action: "delete",
    id: "1",
  });
});

test("a change is sent with the item that it is for", () => {
  expect(requestOf({ collection: "posts", action: "update", item: "1", values: '{"title": "a"}' })).toEqual({
    as: "anonymous",
    collection: "posts",
    action: "update",
    id: "1",
    item: { title: "a" },
  });
  expect([meaningOfValues("update", undefined), meaningOfValues("update", "1")]).toEqual(["row", "change"]);
});

test("values are one object", () => {
  expect(readValues(" ")).toEqual({});
  expect(readValues("[1]").problem).toContain("expected an object");
  expect(readValues("{").problem).toBeDefined();
});
