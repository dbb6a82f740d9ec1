import { afterEach, expect, test } from "bun:test";
import { createCollection, createTransaction } from "@tanstack/db";
import { createClient, type Field } from "../../src/index.ts";
import { newItemId, type Sync, sync } from "../../src/sync/index.ts";
import { failedCollectionOptions, syncCollectionOptions, writeMutations } from "../../src/tanstack-db.ts";
import { fakeServer, url } from "./fake-server.ts";

type Post = {
  id: Field<string, "order", "new">;
  open: Field<boolean, "equal">;
  title: Field<string, "text", "required">;
  version: Field<number, "number", "server">;
};

let db: Sync<{ posts: Post; notes: Post }>;
afterEach(() => db.close());

function until(subscribe: (look: () => void) => { unsubscribe(): void }, holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (!holds()) return;
      queueMicrotask(() => subscription.unsubscribe());
      resolve();
    };
    const subscription = subscribe(look);
    look();
  });
}

test("collections of TanStack DB follow the device, write through it, and show failed writes", async () => {
  const server = fakeServer();
  db = sync(createClient<{ posts: Post; notes: Post }>({ url, token: "ada", fetch: server.fetch }), {
    shapes: { posts: {}, notes: {} },
  });
  const posts = createCollection(syncCollectionOptions(db, { collection: "posts" }));
  const notes = createCollection(syncCollectionOptions(db, { collection: "notes", filter: { open: true } }));
  const failed = createCollection(failedCollectionOptions(db));
  await Promise.all([posts.preload(), notes.preload(), failed.preload()]);
  const watch = (collection: typeof posts) => (look: () => void) => collection.subscribeChanges(look);

  const [one, two] = [newItemId(), newItemId()];
  const inserted = posts.insert({ id: one, title: "one" });
  expect(posts.get(one)?.title).toBe("one");
  await inserted.isPersisted.promise;
  await db.flush();
  await until(watch(posts), () => posts.get(one)?.version === 1);

  const both = createTransaction({ mutationFn: writeMutations(db) });
  both.mutate(() => {
    posts.update(one, (draft) => {
      draft.title = "changed";
    });
    notes.insert({ id: two, title: "of it", open: true });
  });
  await both.isPersisted.promise;
  await db.flush();
  expect(server.pushes.at(-1)!.operations).toHaveLength(2);
  expect(server.pushes.at(-1)!.operations[0]).toMatchObject({ op: "update", id: one, data: { title: "changed" } });

  // Somebody else's changes; what leaves the filter leaves the collection.
  server.model.write("root", [
    { op: "update", collection: "notes", id: two, data: { open: false } },
    { op: "update", collection: "posts", id: one, data: { title: "theirs" } },
  ]);
  server.news();
  await until(watch(posts), () => posts.get(one)?.title === "theirs");
  await until(watch(notes), () => notes.size === 0);

  const refused = posts.insert({ id: newItemId(), title: "invalid" });
  await refused.isPersisted.promise;
  await until(
    (look) => failed.subscribeChanges(look),
    () => failed.size === 1,
  );
  expect([...failed.values()][0]).toMatchObject({ error: { code: "VALIDATION" } });
  await until(watch(posts), () => posts.size === 1);
  await failed.delete([...failed.keys()][0]!).isPersisted.promise;
  expect([db.failed().length, failed.size]).toEqual([0, 0]);
});
