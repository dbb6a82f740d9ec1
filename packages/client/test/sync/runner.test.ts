import { afterEach, expect, test } from "bun:test";
import { PlinthClientError } from "../../src/index.ts";
import { memoryStore } from "../../src/sync/index.ts";
import { pauseAfter } from "../../src/sync/runner.ts";
import { fakeServer } from "./fake-server.ts";
import { closeAll, live, open, until } from "./open-sync.ts";

afterEach(closeAll);

test("an item that no shape holds is shown until the server has taken it, and soon not any more, though nothing else happens", async () => {
  const server = fakeServer();
  const store = memoryStore();
  const ada = open(server, "ada", { store });
  await live(ada);
  const id = await ada.create("notes", { title: "closed", open: false });
  expect(ada.get("notes", id)).toMatchObject({ title: "closed" });
  await ada.flush();
  expect(server.model.rowsOf("notes").get(id)).toMatchObject({ title: "closed" });
  await until(ada, () => ada.get("notes", id) === undefined);
  // Also where the program ends before.
  const late = await ada.create("notes", { title: "late", open: false });
  await ada.flush();
  await ada.close();
  const again = open(server, "ada", { store });
  await until(again, () => again.status.state === "live" && again.get("notes", late) === undefined);
});

test("a write to an item that no shape holds is done, though somebody else has changed it meanwhile", async () => {
  const server = fakeServer();
  const ada = open(server, "ada");
  await live(ada);
  const id = await ada.create("notes", { title: "closed", open: false });
  await ada.flush();
  server.model.write("ben", [{ op: "update", collection: "notes", id, data: { title: "others" } }]);
  await ada.update("notes", id, { count: { $inc: 1 }, title: "mine" });
  await ada.flush();
  expect(ada.failed()).toEqual([]);
  expect(server.model.rowsOf("notes").get(id)).toMatchObject({ title: "mine", count: 1, version: 3 });
});

test("a write whose key is still taken is sent again when the server says, however often that was in vain", () => {
  const refusal = (code: string, status: number) => new PlinthClientError(code, "no", status, { retryAfter: 1 });
  expect(pauseAfter(refusal("CONFLICT", 409), 9)).toBe(1000);
  expect(pauseAfter(refusal("OVERLOADED", 503), 9)).toBeGreaterThan(10_000);
});
