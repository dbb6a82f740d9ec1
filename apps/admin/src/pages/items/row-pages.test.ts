import { expect, test } from "bun:test";
import { type ItemRow, RowPages } from "./row-pages.ts";

/** A list of the server: cursors name the last row before the page. */
function server(size: number, limit = 10) {
  const ids = Array.from({ length: size }, (_, at) => String(at).padStart(5, "0"));
  const read: string[] = [];
  return {
    ids,
    read,
    load: async (cursor: string) => {
      read.push(cursor);
      const from = cursor === "" ? 0 : ids.findIndex((id) => id > cursor);
      const rows: ItemRow[] = from < 0 ? [] : ids.slice(from, from + limit).map((id) => ({ id, version: 1 }));
      const more = from >= 0 && from + limit < ids.length;
      return { rows, next: more ? rows.at(-1)!.id : null };
    },
  };
}

const settled = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

async function readTo(pages: RowPages, index: number): Promise<void> {
  while (pages.at(index) === undefined && (pages.hasMore || index < pages.count)) {
    pages.want(Math.min(index, pages.count), Math.min(index, pages.count));
    await settled();
  }
}

test("a long list is read forwards, keeps a window, and goes back by cursor", async () => {
  const { load, read } = server(1000);
  const pages = new RowPages(load, { keep: 3, onChange: () => {} });
  expect([pages.count, pages.hasMore, pages.isFirstLoad]).toEqual([0, true, true]);
  await readTo(pages, 999);
  expect([pages.count, pages.hasMore, pages.at(999)?.id]).toEqual([1000, false, "00999"]);
  expect(pages.at(0)).toBeUndefined();
  const before = read.length;
  pages.want(500, 510);
  await settled();
  expect(pages.at(505)?.id).toBe("00505");
  expect(read.length - before).toBeLessThanOrEqual(4);
});

test("what is changed and removed changes in place", async () => {
  const { load } = server(25);
  const pages = new RowPages(load, { onChange: () => {} });
  await readTo(pages, 24);
  expect(pages.replace({ id: "00012", version: 2 })).toBe(true);
  expect(pages.at(12)?.version).toBe(2);
  expect(pages.remove("00003")).toBe(true);
  expect([pages.count, pages.at(3)?.id, pages.indexOf("00012")]).toEqual([24, "00004", 11]);
  expect(pages.remove("nobody")).toBe(false);
});

test("rows that are read again stay until they are there", async () => {
  let version = 1;
  const { load } = server(25);
  const pages = new RowPages(
    async (cursor) => {
      const page = await load(cursor);
      return { ...page, rows: page.rows.map((row) => ({ ...row, version })) };
    },
    { onChange: () => {} },
  );
  await readTo(pages, 24);
  version = 2;
  pages.refresh();
  expect(pages.at(12)?.version).toBe(1);
  await settled();
  expect([0, 12, 24].map((at) => pages.at(at)?.version)).toEqual([2, 2, 2]);
  expect([pages.count, pages.hasMore]).toEqual([25, false]);
});

test("a page that is read again after deletions shows no row twice and leaves none out", async () => {
  const list = server(60);
  const pages = new RowPages(list.load, { keep: 1, onChange: () => {} });
  await readTo(pages, 59);
  list.ids.splice(5, 3);
  for (const at of [0, 10, 20, 30, 40, 50]) {
    for (let round = 0; round < 4; round++) {
      pages.want(at, at + 9);
      await settled();
    }
  }
  const wide = new RowPages(list.load, { onChange: () => {} });
  await readTo(wide, 56);
  const seen: string[] = [];
  for (let at = 0; at < pages.count; at++) {
    for (let round = 0; round < 4 && pages.at(at) === undefined; round++) {
      pages.want(at, at);
      await settled();
    }
    seen.push(pages.at(at)?.id ?? "?");
  }
  expect(seen).toEqual(list.ids);
});

test("any rows can be read once, whether they are in memory or not", async () => {
  const { load } = server(95);
  const pages = new RowPages(load, { keep: 1, onChange: () => {} });
  await readTo(pages, 60);
  const ids = async (first: number, count: number) => (await pages.rows(first, count)).map((row) => Number(row.id));
  expect(await ids(3, 30)).toEqual(Array.from({ length: 30 }, (_, at) => at + 3));
  expect(await ids(88, 30)).toEqual([88, 89, 90, 91, 92, 93, 94]);
});

test("a failure stops reading until it is tried again", async () => {
  let fails = true;
  const { load } = server(5);
  const pages = new RowPages((cursor) => (fails ? Promise.reject(new Error("no")) : load(cursor)), {
    onChange: () => {},
  });
  pages.want(0, 10);
  await settled();
  expect([pages.isFirstLoad, String(pages.error)]).toEqual([false, "Error: no"]);
  fails = false;
  pages.retry();
  pages.want(0, 10);
  await settled();
  expect([pages.count, pages.error]).toEqual([5, undefined]);
});
