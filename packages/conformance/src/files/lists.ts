import type { FilePage, FileStore, ListFilesOptions } from "@plinth/core";
import { assert, equal } from "../assert.ts";
import type { Case } from "../case.ts";
import { inGroups, textBytes } from "./content.ts";
import { type OpenStore, refusedAs, type StoreUnderTest, storeCase } from "./store-case.ts";

const AT_ONCE = 25;

export function listCases(open: OpenStore): Case[] {
  const one = (name: string, run: (tested: StoreUnderTest) => Promise<void>) => storeCase(open, name, run);
  return [
    one("2,500 files are listed by pages, each once and in order, and deleted together", async ({ store, key }) => {
      const keys = Array.from({ length: 2500 }, (_, i) => key(`${i % 7}/n${i}`));
      await inGroups(keys, AT_ONCE, (each) => store.put(each, textBytes(each.slice(-3))));
      const pages = await pagesOf(store, { prefix: key("") });
      assert(pages.length >= 3, `a page has more than 1,000 files: ${pages.length} pages`);
      equal(namesIn(pages), keys.toSorted(), "the keys");
      assert(
        pages.every(({ files }) => files.every(({ size, etag }) => size > 0 && etag !== "")),
        "sizes and etags",
      );
      equal(
        namesIn(await pagesOf(store, { prefix: key("3/n1"), limit: 7 })),
        keys.filter((each) => each.startsWith(key("3/n1"))).toSorted(),
        "of a prefix",
      );
      await store.delete(keys);
      equal(namesIn(await pagesOf(store, { prefix: key("") })), [], "after they were deleted");
    }),
    one("a prefix leads into a folder beside others, with capital letters in its name too", async ({ store, key }) => {
      const names = ["A/b/1", "A/b/2", "A/c", "a/b/1", "ab/1"];
      for (const name of names) await store.put(key(name), textBytes(name));
      for (const prefix of ["A/", "A/b/", "a/b/", "a", "A/b/2", "none/"]) {
        const expected = names.map((name) => key(name)).filter((each) => each.startsWith(key(prefix)));
        equal(namesIn(await pagesOf(store, { prefix: key(prefix), limit: 1 })), expected, `below ${prefix}`);
      }
    }),
    one("folders are one entry each", async ({ store, key }) => {
      const names = ["a-b", "a.b", "a/1", "a/2", "a/c/3", "B", "b/x/1", "b/y", "c0"];
      for (const name of names) await store.put(key(name), textBytes(name));
      const of = async (prefix: string, limit: number) => {
        const pages = await pagesOf(store, { prefix: key(prefix), folders: true, limit });
        const files = pages.flatMap((page) => page.files.map((file) => file.key.slice(key("").length)));
        const folders = pages.flatMap((page) => page.folders.map((folder) => folder.slice(key("").length)));
        return [files, folders];
      };
      for (const limit of [1, 2, 1000]) {
        equal(
          await of("", limit),
          [
            ["B", "a-b", "a.b", "c0"],
            ["a/", "b/"],
          ],
          `the top by ${limit}`,
        );
        equal(await of("a/", limit), [["a/1", "a/2"], ["a/c/"]], `a folder by ${limit}`);
        equal(await of("b", limit), [[], ["b/"]], `the beginning of a name by ${limit}`);
      }
    }),
    one("what is deleted between two pages does not disturb them", async ({ store, key }) => {
      const keys = ["1", "2", "3", "4", "5", "6"].map(key);
      for (const each of keys) await store.put(each, textBytes("x"));
      const first = await store.list({ prefix: key(""), limit: 3 });
      await store.delete([keys[2]!, keys[3]!]);
      const rest = await pagesOf(store, { prefix: key(""), limit: 3, cursor: first.cursor });
      equal([namesIn([first]), namesIn(rest)], [keys.slice(0, 3), keys.slice(4)], "the pages");
    }),
    one("a page of an impossible size or prefix is refused", async ({ store }) => {
      for (const limit of [0, -1, 1.5, 1001]) await refusedAs("invalid", store.list({ limit }));
      await refusedAs("invalid", store.list({ prefix: "ä" }));
    }),
  ];
}

async function pagesOf(store: FileStore, options: ListFilesOptions): Promise<FilePage[]> {
  const pages: FilePage[] = [];
  let { cursor } = options;
  do {
    const page = await store.list({ ...options, cursor });
    assert(page.files.length + page.folders.length <= (options.limit ?? 1000), "a page has more than its limit");
    pages.push(page);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return pages;
}

function namesIn(pages: readonly FilePage[]): string[] {
  return pages.flatMap(({ files }) => files.map(({ key }) => key));
}
