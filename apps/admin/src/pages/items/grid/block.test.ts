import { expect, test } from "bun:test";
import { blockOf, isWithin, moveCell, readTsv, writeTsv } from "./block.ts";

const SIZE = { rows: 100, columns: 5, page: 20 };
const go = (key: string, from: [number, number], { shift = false, mod = false } = {}) => {
  const cell = moveCell({ row: from[0], column: from[1] }, { key, shift, mod }, SIZE);
  return cell && [cell.row, cell.column];
};

test("keys move as in a spreadsheet and stop at the edges", () => {
  expect([go("ArrowDown", [0, 0]), go("ArrowUp", [0, 0]), go("ArrowLeft", [3, 0])]).toEqual([
    [1, 0],
    [0, 0],
    [3, 0],
  ]);
  expect([go("ArrowDown", [3, 2], { mod: true }), go("End", [3, 2], { mod: true })]).toEqual([
    [99, 2],
    [99, 4],
  ]);
  expect([go("Home", [3, 2]), go("PageDown", [90, 2]), go("PageUp", [30, 2])]).toEqual([
    [3, 0],
    [99, 2],
    [10, 2],
  ]);
  expect(go("x", [3, 2])).toBeUndefined();
});

test("Tab goes on in the next row, and leaves the grid at its ends", () => {
  expect([go("Tab", [3, 4]), go("Tab", [3, 0], { shift: true })]).toEqual([
    [4, 0],
    [2, 4],
  ]);
  expect([go("Tab", [99, 4]), go("Tab", [0, 0], { shift: true })]).toEqual([undefined, undefined]);
});

test("a block lies between its corners, however they are named", () => {
  const block = blockOf({ row: 5, column: 3 }, { row: 2, column: 4 });
  expect(block).toEqual({ top: 2, bottom: 5, left: 3, right: 4 });
  expect([isWithin(block, { row: 3, column: 3 }), isWithin(block, { row: 6, column: 3 })]).toEqual([true, false]);
});

test("cells go through the clipboard unchanged", () => {
  const blocks = [
    [
      ["a", "b"],
      ["c", ""],
    ],
    [["line\nbreak", 'a "quoted" one', "tab\there"]],
    [[""], ["x"]],
    [['"', '""', '"a']],
  ];
  for (const block of blocks) expect(readTsv(writeTsv(block))).toEqual(block);
});

test("what spreadsheets copy is read: line ends of Windows, a line end after the last row, bare quotes", () => {
  expect(readTsv("a\tb\r\nc\td\r\n")).toEqual([
    ["a", "b"],
    ["c", "d"],
  ]);
  expect(readTsv('5"\t6"')).toEqual([['5"', '6"']]);
  expect(readTsv('"5" wide\tx')).toEqual([['"5" wide', "x"]]);
  expect(readTsv("one")).toEqual([["one"]]);
});
