import { expect, test } from "bun:test";
import type { ItemRow, LoadedPage } from "../row-pages.ts";
import { ItemLanes } from "./item-lanes.ts";

const row = (id: string, version = 1): ItemRow => ({ id, version });

/** Lanes whose pages are answered by hand. */
function open() {
  const asked: { lane: string; cursor: string; answer: (page: LoadedPage) => void; refuse: (error: Error) => void }[] =
    [];
  let changes = 0;
  const lanes = new ItemLanes({
    load: (lane, cursor) =>
      new Promise((answer, refuse) => {
        asked.push({ lane, cursor, answer, refuse });
      }),
    onChange: () => changes++,
  });
  const ids = () => lanes.rows.map(({ id }) => id);
  return { lanes, asked, ids, changes: () => changes };
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

test("each lane is read once, then by its own cursor to its end", async () => {
  const { lanes, asked, ids } = open();
  lanes.want(["a", "b"]);
  lanes.want(["a", "b"]);
  expect(asked.map(({ lane, cursor }) => [lane, cursor])).toEqual([
    ["a", ""],
    ["b", ""],
  ]);
  expect(lanes.state("a")).toMatchObject({ isFirstLoad: true, loading: true, hasMore: true });
  asked[0]!.answer({ rows: [row("1")], next: "next" });
  asked[1]!.answer({ rows: [row("2")], next: null });
  await settled();
  void lanes.more("a");
  void lanes.more("a");
  void lanes.more("b");
  expect(asked.slice(2).map(({ lane, cursor }) => [lane, cursor])).toEqual([["a", "next"]]);
  asked[2]!.answer({ rows: [row("3")], next: null });
  await settled();
  expect(ids()).toEqual(["1", "2", "3"]);
  expect(lanes.state("a")).toMatchObject({ isFirstLoad: false, loading: false, hasMore: false });
});

test("an item is in one place, however often it comes, and the newest version is kept", async () => {
  const { lanes, asked, ids } = open();
  lanes.want(["a", "b"]);
  asked[0]!.answer({ rows: [row("1", 2), row("2")], next: null });
  await settled();
  lanes.put(row("2", 5));
  lanes.put(row("3"));
  asked[1]!.answer({ rows: [row("2", 4), row("1", 1)], next: null });
  await settled();
  expect(ids()).toEqual(["3", "1", "2"]);
  expect([lanes.at("1")?.version, lanes.at("2")?.version]).toEqual([2, 5]);
  lanes.raise("2");
  expect(ids()).toEqual(["2", "3", "1"]);
});

test("what has left is not brought back by an answer that was on its way", async () => {
  const { lanes, asked, ids } = open();
  lanes.want(["a"]);
  lanes.remove("1");
  asked[0]!.answer({ rows: [row("1"), row("2")], next: null });
  await settled();
  expect(ids()).toEqual(["2"]);
  lanes.put(row("1", 3));
  expect(ids()).toEqual(["1", "2"]);
  expect(lanes.replace(row("9"))).toBe(false);
});

test("a refused page is reported, and read again from where it was", async () => {
  const { lanes, asked } = open();
  lanes.want(["a"]);
  asked[0]!.refuse(new Error("no"));
  await settled();
  expect(lanes.state("a")).toMatchObject({ isFirstLoad: false, loading: false, hasMore: true, error: new Error("no") });
  void lanes.more("a");
  expect(asked[1]).toMatchObject({ lane: "a", cursor: "" });
  expect(lanes.state("a").error).toBeUndefined();
});

test("after it was closed an answer changes nothing, and opening reads again", async () => {
  const { lanes, asked, ids, changes } = open();
  lanes.want(["a"]);
  lanes.close();
  asked[0]!.answer({ rows: [row("1")], next: null });
  await settled();
  expect([ids(), changes()]).toEqual([[], 0]);
  lanes.open();
  lanes.want(["a"]);
  expect(asked).toHaveLength(2);
});
