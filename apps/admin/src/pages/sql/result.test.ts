import { expect, test } from "bun:test";
import { csvOf, missingTable, placeIn, planLines, withName } from "./result.ts";

test("a file of the rows quotes what needs it, and has nothing that a spreadsheet computes", () => {
  const rows = [
    ["a,b", 'say "x"', null],
    ["=1+1", -2, true],
    ["-12.50", "-2+3", "@a"],
  ];
  expect(csvOf({ columns: ["one", "two", "three"], rows })).toBe(
    'one,two,three\r\n"a,b","say ""x""",\r\n\'=1+1,-2,true\r\n-12.50,\'-2+3,\'@a\r\n',
  );
});

test("a plan of SQLite is indented by its parents, one of Postgres as it is", () => {
  const columns = ["id", "parent", "notused", "detail"];
  const rows = [
    [2, 0, 0, "CO-ROUTINE x"],
    [5, 2, 0, "SCAN a"],
    [9, 0, 0, "SCAN x"],
  ];
  expect(planLines({ columns, rows })).toEqual(["CO-ROUTINE x", "  SCAN a", "SCAN x"]);
  expect(planLines({ columns: ["QUERY PLAN"], rows: [["Sort"], ["  ->  Seq Scan"]] })).toEqual([
    "Sort",
    "  ->  Seq Scan",
  ]);
});

test("the place of an error has its line and column", () => {
  expect(placeIn("select a\nfrom b\nwhere c", 10)).toEqual({ line: 2, column: 1, text: "from b" });
  expect(placeIn("select a", 8)).toEqual({ line: 1, column: 8, text: "select a" });
});

test("a table that is missing is named by both databases", () => {
  expect(missingTable("no such table: posts")).toBe("posts");
  expect(missingTable("no such table: main.posts in select")).toBe("posts");
  expect(missingTable('relation "posts" does not exist')).toBe("posts");
  expect(missingTable("no such column: posts")).toBeUndefined();
});

test("a name is added to what is written, or begins a statement", () => {
  expect(withName("", "c_1_posts")).toBe("select * from c_1_posts limit 50");
  expect(withName("select 1 from ", "c_1_posts")).toBe("select 1 from c_1_posts");
});
