import { expect, test } from "bun:test";
import { columnsText, readColumns } from "./columns-text.ts";

test("columns go through an address unchanged", () => {
  const all = [
    { shown: ["title"], pinned: [] },
    { shown: ["title", "created_at", "c3"], pinned: ["c3"] },
    { shown: ["title", "year"], pinned: ["title", "year"] },
  ];
  expect(all.map((columns) => readColumns(columnsText(columns)))).toEqual(all);
});

test("an address stays short: nothing in it is escaped", () => {
  const text = columnsText({ shown: ["title", "created_at"], pinned: ["title"] });
  expect(text).toBe("title*-created_at");
  expect(new URLSearchParams({ cols: text }).toString()).toBe(`cols=${text}`);
});

test("what somebody has typed there wrongly does not break the page", () => {
  expect(readColumns("")).toEqual({ shown: [], pinned: [] });
  expect(readColumns("-*--title**-title-")).toEqual({ shown: ["title*", "title"], pinned: ["title*"] });
});
