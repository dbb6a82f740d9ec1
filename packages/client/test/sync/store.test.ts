import { describe, expect, test } from "bun:test";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { IDBFactory } from "fake-indexeddb";
import { fileStore } from "../../src/file-store/index.ts";
import { indexedDbStore, memoryStore, type StoreChange, type SyncStore } from "../../src/sync/index.ts";

const stores: Record<string, () => SyncStore> = {
  "in memory": memoryStore,
  "in a folder": () => fileStore(mkdtempSync(join(tmpdir(), "plinth-store-"))),
  "in IndexedDB": () => indexedDbStore({ indexedDB: new IDBFactory() }),
};

const put = (key: string, value: StoreChange["value"], existing?: true): StoreChange => ({
  table: "rows",
  key,
  value,
  ...(existing && { existing }),
});

describe.each(Object.entries(stores))("a store %s", (_, create) => {
  test("keeps what was written, by name, over openings", async () => {
    const store = create();
    const first = await store.open("a");
    await first.write([put("1", { n: 1 }), { table: "meta", key: "1", value: "m" }, put("2", [2])]);
    await first.write([put("2", undefined), put("1", { n: 2 }, true), put("9", { n: 9 }, true)]);
    first.close();
    const second = await store.open("a");
    const entries = await second.read();
    expect(entries.sort((a, b) => (a.table < b.table ? -1 : 1))).toEqual([
      { table: "meta", key: "1", value: "m" },
      { table: "rows", key: "1", value: { n: 2 } },
    ]);
    expect(await (await store.open("b")).read()).toEqual([]);
    await second.clear();
    expect(await second.read()).toEqual([]);
    second.close();
  });

  test("applies writes in the order of the calls", async () => {
    const store = await create().open("a");
    await Promise.all([store.write([put("1", 1)]), store.write([put("1", undefined)]), store.write([put("1", 3)])]);
    expect(await store.read()).toEqual([{ table: "rows", key: "1", value: 3 }]);
  });
});

describe("IndexedDB's errors say what to do", () => {
  const failing = (name: string): IDBFactory => {
    const factory = new IDBFactory();
    const open = factory.open.bind(factory);
    factory.open = (...args) => {
      const request = open(...args);
      request.addEventListener("success", () => {
        request.result.transaction = () => {
          throw new DOMException("", name);
        };
      });
      return request;
    };
    return factory;
  };

  test.each([
    ["QuotaExceededError", "no room left"],
    ["InvalidStateError", "Reload the page"],
    ["SecurityError", "memoryStore()"],
  ])("%s", async (name, message) => {
    const store = await indexedDbStore({ indexedDB: failing(name) }).open("a");
    await expect(store.write([put("1", 1)])).rejects.toThrow(message);
  });

  test("none, and a newer layout", async () => {
    const none = indexedDbStore({ indexedDB: null as never });
    await expect(none.open("a")).rejects.toThrow("there is no IndexedDB here");
    const factory = new IDBFactory();
    await new Promise((resolve) => {
      factory.open("a", 99).onsuccess = resolve;
    });
    await expect(indexedDbStore({ indexedDB: factory }).open("a")).rejects.toThrow("newer version");
  });
});
