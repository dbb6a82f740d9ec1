import { expect, test } from "bun:test";
import { readSheet } from "read-excel-file/universal";
import { groupFile, readAllGroups } from "./group-file.ts";
import { readTitles } from "./read-titles.ts";

const SUMS = [{ key: "price:sum", field: "price", fn: "sum" }];
const GROUPS = [
  { value: "2026-01-01", items: 3, sums: ["12.50"] },
  { value: null, items: 1, sums: [null] },
];

const byYear = {
  slug: "orders",
  grouping: { field: { name: "paid", type: "date" }, bucket: "year" },
  sums: SUMS,
  groups: GROUPS,
  titles: undefined,
} as const;

test("groups are rows of a file, with their values as the API has them", async () => {
  expect(await (await groupFile(byYear, "csv")).text()).toBe(
    "paid_year,items,price_sum\r\n2026-01-01,3,12.50\r\n,1,\r\n",
  );
  expect(await (await groupFile(byYear, "json")).json()).toEqual([
    { paid_year: "2026-01-01", items: 3, price_sum: "12.50" },
    { paid_year: null, items: 1, price_sum: null },
  ]);
  const [head, first] = (await readSheet(await groupFile(byYear, "xlsx"))) as unknown[][];
  expect([head, first]).toEqual([
    ["paid_year", "items", "price_sum"],
    [new Date("2026-01-01T00:00:00Z"), 3, 12.5],
  ]);
});

test("related items have their title beside the id", async () => {
  const grouping = { field: { name: "author", type: "relation", to: "authors" }, bucket: undefined } as const;
  const groups = [{ value: "a1", items: 2, sums: [] }];
  const file = await groupFile({ slug: "books", grouping, sums: [], groups, titles: new Map([["a1", "Lem"]]) }, "csv");
  expect(await file.text()).toBe("author,author_title,items\r\na1,Lem,2\r\n");
});

test("all pages are read", async () => {
  const asked: unknown[] = [];
  const page = (count: number) => Array.from({ length: count }, () => GROUPS[0]!);
  const read = async ({ offset }: { offset?: unknown }) => {
    asked.push(offset);
    return page(asked.length < 3 ? 2 : 1);
  };
  expect(await readAllGroups(read, (offset) => ({ offset }), 2)).toHaveLength(5);
  expect(asked).toEqual([0, 2, 4]);
});

test("no two columns have one name, whatever the fields are called", async () => {
  const grouping = { field: { name: "items", type: "text" }, bucket: undefined } as const;
  const groups = [{ value: "pens", items: 3, sums: [] }];
  const content = { slug: "orders", grouping, sums: [], groups, titles: undefined } as const;
  expect(await (await groupFile(content, "json")).json()).toEqual([{ items: "pens", items_2: 3 }]);
  expect(await (await groupFile(content, "csv")).text()).toBe("items,items_2\r\npens,3\r\n");
});

test("titles are read of all groups, some at a time", async () => {
  const asked: number[] = [];
  const list = async (ids: readonly string[]) => {
    asked.push(ids.length);
    return ids.filter((id) => id !== "a7").map((id) => ({ id, name: `Author ${id}` }));
  };
  const ids = Array.from({ length: 250 }, (_, at) => `a${at}`);
  const titles = await readTitles(list, "name", [...ids, "a0"]);
  expect([titles.get("a249"), titles.get("a7"), titles.size]).toEqual(["Author a249", undefined, 249]);
  expect(asked).toEqual([100, 100, 50]);
});
