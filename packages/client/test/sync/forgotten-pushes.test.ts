import { afterEach, expect, test } from "bun:test";
import { memoryStore } from "../../src/sync/index.ts";
import { fakeServer, url } from "./fake-server.ts";
import { closeAll, live, open, until } from "./open-sync.ts";

afterEach(closeAll);

/** A device whose write was done, and whose answer was lost for good. */
async function unanswered() {
  const server = fakeServer();
  const store = memoryStore();
  const before = open(server, "ada", { store });
  await live(before);
  const id = await before.create("posts", { title: "one" });
  await before.flush();
  server.loseAnswers = Number.POSITIVE_INFINITY;
  await before.update("posts", id, { count: { $inc: 1 } });
  await until(before, () => before.status.error !== undefined);
  await before.close();
  server.loseAnswers = 0;
  return { server, store, id };
}

test("a write that was done is not done again after weeks, though the server has forgotten its answer", async () => {
  const { server, store, id } = await unanswered();
  server.model.forgetKeys();
  const ada = open(server, "ada", { store });
  await ada.flush();
  expect(ada.failed()).toEqual([]);
  await ada.update("posts", id, { count: { $inc: 1 } });
  await ada.flush();
  expect(server.model.rowsOf("posts").get(id)).toMatchObject({ count: 2 });
});

test("what a server that has forgotten the device may have done is for the app to decide, and the rest goes on", async () => {
  const { server, store, id } = await unanswered();
  server.model.forgetCopies();
  const ada = open(server, "ada", { store });
  await ada.flush();
  expect(ada.failed().map(({ error }) => error.code)).toEqual(["OUTCOME_UNKNOWN"]);
  expect(server.model.rowsOf("posts").get(id)).toMatchObject({ count: 1 });
  await ada.drop(ada.failed()[0]!.id);
  // A write that was never sent before is certain.
  server.model.forgetCopies();
  await ada.update("posts", id, { title: "two" });
  await ada.flush();
  expect([ada.failed(), server.model.rowsOf("posts").get(id)]).toMatchObject([[], { count: 1, title: "two" }]);
});

test("two programs that go on from one copied store lose nothing: the second gets a name of its own", async () => {
  const server = fakeServer();
  const store = memoryStore();
  const first = open(server, "ada", { store });
  await live(first);
  const id = await first.create("posts", { title: "one" });
  await first.flush();
  await first.close();
  const entries = await (await store.open(["plinth", url, "", ""].map(encodeURIComponent).join(" "))).read();
  const copied = memoryStore();
  await (await copied.open(["plinth", url, "", ""].map(encodeURIComponent).join(" "))).write(entries);
  const [one, other] = [open(server, "ada", { store }), open(server, "ada", { store: copied })];
  for (const db of [one, other, one, other]) {
    await db.update("posts", id, { count: { $inc: 1 } });
    await db.flush();
  }
  expect([one.failed(), other.failed()]).toEqual([[], []]);
  expect(server.model.rowsOf("posts").get(id)).toMatchObject({ count: 4 });
});
