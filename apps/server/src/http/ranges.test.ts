import { expect, test } from "bun:test";
import { rangesIn } from "./ranges.ts";

test.each([
  ["bytes=0-4", [[0, 5]]],
  ["Bytes=5-", [[5, 5]]],
  ["bytes=-3", [[7, 3]]],
  ["bytes=-30", [[0, 10]]],
  ["bytes=8-100", [[8, 2]]],
  [
    "bytes=0-1, 4-5",
    [
      [0, 2],
      [4, 2],
    ],
  ],
  [
    "bytes=8-9,0-1",
    [
      [8, 2],
      [0, 2],
    ],
  ],
  ["bytes=0-5,3-7", [[0, 8]]],
  ["bytes=0-0,10-", [[0, 1]]],
  ["bytes=10-", []],
  ["bytes=-0", []],
] as const)("%s of ten bytes", (header, spans) => {
  expect(rangesIn(header, 10)?.map(({ offset, length }) => [offset, length])).toEqual(spans.map((one) => [...one]));
});

test.each([
  null,
  "",
  "bytes",
  "bytes=",
  "bytes=-",
  "bytes=5-4",
  "bytes=a-b",
  "bytes=1-2,x",
  "lines=0-1",
  `bytes=${"0-0,".repeat(16)}1-1`,
  `bytes=${"9".repeat(2000)}-`,
])("%s asks for nothing that is known", (header) => {
  expect(rangesIn(header, 10)).toBeUndefined();
});

test("an empty file has no bytes", () => {
  expect(rangesIn("bytes=0-", 0)).toEqual([]);
  expect(rangesIn("bytes=-5", 0)).toEqual([]);
});
