import { expect, test } from "bun:test";
import { keepViewing, NOT_VIEWING } from "./address.ts";

const follow = (search: object, link: object): object => keepViewing({ search, next: () => link });

test("links keep as whom items are read", () => {
  expect(follow({ as: "anonymous", q: "a" }, { tab: "json" })).toEqual({ as: "anonymous", tab: "json" });
  expect(follow({ q: "a" }, { tab: "json" })).toEqual({ tab: "json" });
});

test("a link that names somebody, or nobody, is followed", () => {
  expect(follow({ as: "anonymous" }, { as: "role:editor" })).toEqual({ as: "role:editor" });
  expect(follow({ as: "anonymous" }, NOT_VIEWING)).toEqual({ as: undefined });
});
