import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { IDBFactory } from "fake-indexeddb";
import { createClient } from "../../src/index.ts";
import { indexedDbStore, type Sync, sync } from "../../src/sync/index.ts";
import { fakeServer, url } from "./fake-server.ts";

/** Locks as the tabs of a browser share them; each request waits for the one before. */
function locksOfTabs(): LockManager {
  const last = new Map<string, Promise<unknown>>();
  return {
    request(name: string, options: LockOptions, work: () => Promise<unknown>) {
      const aborted = new Promise<never>((_, reject) => options.signal!.addEventListener("abort", reject));
      const before = last.get(name) ?? Promise.resolve();
      const mine = Promise.race([before, aborted]).then(work);
      last.set(name, Promise.allSettled([before, mine]));
      return mine;
    },
  } as never;
}

const real = Object.getOwnPropertyDescriptor(globalThis, "navigator")!;
const opened = new Set<Sync>();

beforeEach(() => {
  Object.defineProperty(globalThis, "navigator", { value: { locks: locksOfTabs() }, configurable: true });
});
afterEach(async () => {
  for (const tab of opened) await tab.close();
  opened.clear();
  Object.defineProperty(globalThis, "navigator", real);
});

function browser() {
  const server = fakeServer();
  const store = indexedDbStore({ indexedDB: new IDBFactory() });
  const openTab = (): Sync => {
    const client = createClient({ url, token: "ada", fetch: server.fetch });
    const tab = sync(client, { shapes: { posts: {} }, store, user: "ada" });
    opened.add(tab);
    return tab;
  };
  return { server, openTab };
}

function until(tab: Sync, holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (!holds()) return;
      for (const stop of stops) stop();
      resolve();
    };
    const stops = [tab.onStatus(look), tab.watch("posts", {}, look)];
    look();
  });
}

const titles = (tab: Sync): unknown[] => tab.query("posts", { sort: "title" }).map(({ title }) => title);

describe("tabs that share a store", () => {
  test("one talks to the server; both see what either writes", async () => {
    const { server, openTab } = browser();
    const first = openTab();
    await until(first, () => first.status.state === "live");
    const second = openTab();
    await second.ready;
    expect([first.status.leads, second.status.leads]).toEqual([true, false]);
    await until(second, () => second.status.state === "live");
    await Promise.all([first.create("posts", { title: "a" }), second.create("posts", { title: "b" })]);
    await until(first, () => titles(first).join() === "a,b");
    await until(second, () => titles(second).join() === "a,b");
    await Promise.all([first.flush(), second.flush()]);
    await until(second, () => second.query("posts").every(({ version }) => version === 1));
    expect(server.model.rowsOf("posts").size).toBe(2);
    expect(new Set(server.pushes.map(({ key }) => key)).size).toBe(server.pushes.length);

    server.model.write("root", [{ op: "create", collection: "posts", data: { id: crypto.randomUUID(), title: "c" } }]);
    server.news();
    await until(second, () => titles(second).join() === "a,b,c");
  });

  test("another takes over with the writes that wait", async () => {
    const { server, openTab } = browser();
    const [first, second, third] = [openTab(), openTab(), openTab()];
    await until(first, () => first.status.state === "live");
    await Promise.all([second.ready, third.ready]);
    server.online = false;
    await first.create("posts", { title: "a" });
    await second.create("posts", { title: "b" });
    await until(third, () => titles(third).join() === "a,b");
    await first.close();
    server.online = true;
    await until(second, () => second.status.leads && second.status.state === "live");
    await second.flush();
    expect([...server.model.rowsOf("posts").values()].map(({ title }) => title).sort()).toEqual(["a", "b"]);
    await until(third, () => third.status.queued === 0);
    expect(third.status.leads).toBe(false);
  });

  test("a failed write is dropped in any of them, and clear empties all", async () => {
    const { server, openTab } = browser();
    const [first, second] = [openTab(), openTab()];
    await until(first, () => first.status.state === "live");
    await second.ready;
    await second.create("posts", { title: "invalid" });
    await second.create("posts", { title: "a" });
    await until(second, () => second.failed().length === 1 && second.status.queued === 0);
    await second.drop(second.failed()[0]!.id);
    await until(first, () => first.failed().length === 0);
    server.online = false;
    await second.create("posts", { title: "b" });
    await second.clear();
    await until(first, () => titles(first).length === 0);
    server.online = true;
    first.retryNow();
    await until(second, () => titles(second).join() === "a");
  });
});
