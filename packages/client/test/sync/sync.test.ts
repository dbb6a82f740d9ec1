import { afterEach, describe, expect, test } from "bun:test";
import { createClient } from "../../src/index.ts";
import { memoryStore, type SyncOptions, sync } from "../../src/sync/index.ts";
import { fakeServer, url } from "./fake-server.ts";
import { closeAll, live, open, opened, SHAPES, titles, until } from "./open-sync.ts";

afterEach(closeAll);

describe("a write", () => {
  test("is shown at once, stored before it is promised, and reaches others", async () => {
    const server = fakeServer();
    const [ada, ben] = [open(server, "ada"), open(server, "ben")];
    await Promise.all([live(ada), live(ben)]);
    const written = ada.create("posts", { title: "one" });
    expect(titles(ada)).toEqual(["one"]);
    const id = await written;
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    await until(ben, () => ben.get("posts", id)?.title === "one");
    await ben.update("posts", id, { title: "two", count: { $inc: 2 } });
    expect(ben.get("posts", id)).toMatchObject({ title: "two", count: 2 });
    await until(ada, () => ada.get("posts", id)?.title === "two");
    expect(ada.get("posts", id)).toMatchObject({ count: 2, version: 2 });
  });

  test("made offline waits, also for the next start, and is sent in order", async () => {
    const server = fakeServer();
    server.online = false;
    const store = memoryStore();
    const first = open(server, "ada", { store });
    await first.ready;
    const id = await first.create("posts", { title: "one" });
    await first.update("posts", id, { title: "two" });
    await first.batch((batch) => {
      const note = batch.create("notes", { title: "of it", body: id, open: true });
      batch.update("notes", note, { title: "of two" });
    });
    expect(first.status).toMatchObject({ queued: 3, state: "connecting" });
    await first.close();
    server.online = true;
    const again = open(server, "ada", { store });
    await again.ready;
    expect(titles(again)).toEqual(["two"]);
    await again.flush();
    expect(server.pushes.flatMap(({ operations }) => operations)).toHaveLength(4);
    expect(server.model.rowsOf("posts").get(id)).toMatchObject({ title: "two", version: 2 });
    expect([...server.model.rowsOf("notes").values()]).toMatchObject([{ title: "of two", body: id }]);
  });

  test("whose answer was lost is done once", async () => {
    const server = fakeServer();
    const ada = open(server, "ada");
    await live(ada);
    const id = await ada.create("posts", { title: "one", tags: [] });
    await ada.flush();
    server.loseAnswers = 2;
    await ada.update("posts", id, { count: { $inc: 1 }, tags: { $append: ["x"] } });
    await ada.flush();
    expect(server.model.rowsOf("posts").get(id)).toMatchObject({ count: 1, tags: ["x"] });
    const keys = server.pushes.map(({ key }) => key);
    expect(new Set(keys).size).toBe(2);
    expect(keys.length).toBeGreaterThan(2);
  });
});

describe("a refused write", () => {
  test("is taken back, can be read, and fails those that build on it, and no others", async () => {
    const server = fakeServer();
    server.online = false;
    const ada = open(server, "ada");
    await ada.ready;
    const bad = await ada.create("posts", { title: "invalid" });
    await ada.update("posts", bad, { body: "more" });
    await ada.create("notes", { title: "about it", body: bad, open: true });
    await ada.create("posts", { title: "fine" });
    server.online = true;
    ada.retryNow();
    await ada.flush();
    expect(titles(ada)).toEqual(["fine"]);
    const [first, ...others] = ada.failed();
    expect(first).toMatchObject({
      error: { code: "VALIDATION", status: 422 },
      operations: [{ op: "create", id: bad }],
    });
    expect(others.map(({ error }) => [error.code, error.because])).toEqual([
      ["DEPENDS_ON_FAILED", first!.id],
      ["DEPENDS_ON_FAILED", first!.id],
    ]);
    expect(ada.status).toMatchObject({ queued: 0, failed: 3 });
    await expect(ada.drop("other")).rejects.toThrow("no failed write other");

    // Without it, the server decides on those that were held.
    await ada.drop(first!.id);
    await ada.flush();
    expect(ada.failed().map(({ error }) => error.code)).toEqual(["ITEM_NOT_FOUND"]);
    expect([...server.model.rowsOf("notes").values()]).toMatchObject([{ title: "about it" }]);
  });

  test("is sent again by retry, with what was held for it", async () => {
    const server = fakeServer();
    const ada = open(server, "ada");
    await live(ada);
    const id = await ada.create("posts", { title: "one" });
    await ada.flush();
    // Both at once, and then the first alone.
    const refusal = () => Response.json({ error: { code: "FORBIDDEN", message: "no" } }, { status: 403 });
    server.refusals.push.push(refusal(), refusal());
    const both = [ada.update("posts", id, { title: "two" }), ada.update("posts", id, { body: "b" })];
    await Promise.all(both);
    await until(ada, () => ada.status.failed > 0 && ada.status.queued === 0);
    expect(ada.failed().map(({ error }) => error.code)).toEqual(["FORBIDDEN", "DEPENDS_ON_FAILED"]);
    await ada.retry(ada.failed()[0]!.id);
    await ada.flush();
    expect(ada.failed()).toEqual([]);
    expect(server.model.rowsOf("posts").get(id)).toMatchObject({ title: "two", body: "b" });
  });
});

describe("an item that was changed here and on the server", () => {
  async function conflicting(onConflict: SyncOptions["onConflict"]) {
    const server = fakeServer();
    const ada = open(server, "ada", { onConflict });
    await live(ada);
    const id = await ada.create("posts", { title: "base", body: "base" });
    await ada.flush();
    await until(ada, () => ada.get("posts", id)?.version === 1);
    server.online = false;
    await ada.update("posts", id, { title: "mine", body: "mine" });
    await ada.update("posts", id, { count: { $inc: 1 } });
    server.model.write("root", [{ op: "update", collection: "posts", id, data: { title: "theirs" } }]);
    server.online = true;
    server.news();
    ada.retryNow();
    await ada.flush();
    const { title, body, count } = server.model.rowsOf("posts").get(id)!;
    return { title, body, count, failed: ada.failed().length };
  }

  test("is merged by field", async () => {
    expect(await conflicting("merge")).toEqual({ title: "theirs", body: "mine", count: 1, failed: 0 });
  });
  test("stays as the server has it", async () => {
    expect(await conflicting("server")).toEqual({ title: "theirs", body: "base", count: 0, failed: 0 });
  });
  test("becomes what this device has", async () => {
    expect(await conflicting("client")).toEqual({ title: "mine", body: "mine", count: 1, failed: 0 });
  });
  test("is what a function says", async () => {
    const asked: unknown[] = [];
    const policy: SyncOptions["onConflict"] = ({ base, mine, theirs, op }) => {
      asked.push([op, base.title, mine, theirs.title]);
      return mine!.title === undefined ? "mine" : { data: { title: `${mine!.title} and ${theirs.title}` } };
    };
    expect(await conflicting(policy)).toEqual({ title: "mine and theirs", body: "base", count: 1, failed: 0 });
    expect(asked[0]).toEqual(["update", "base", { title: "mine", body: "mine" }, "theirs"]);
  });
});

describe("the session", () => {
  test("of another user shows nothing of the first, and the first finds its writes again", async () => {
    const server = fakeServer();
    const client = createClient({ url, fetch: server.fetch });
    const db = sync(client, { shapes: SHAPES, store: memoryStore() });
    opened.push(db);
    const signIn = (name: string) => client.auth.password.signIn({ email: `${name}@x.test`, password: "p" });
    server.model.setRights("", { level: -1, hidden: [] });
    server.model.setRights("ben", { level: -1, hidden: [] });
    await signIn("ada");
    await until(db, () => db.status.state === "live" && db.status.leads);
    await db.create("posts", { title: "hers" });
    await db.flush();
    const seen: unknown[][] = [];
    db.watch("posts", {}, (rows) => seen.push(rows.map(({ title }) => title)));
    await client.auth.signOut();
    await until(db, () => db.query("posts").length === 0);
    await signIn("ben");
    await live(db);
    expect(titles(db)).toEqual([]);
    server.online = false;
    await client.auth.signOut().catch(() => undefined);
    server.online = true;
    await signIn("ada");
    await until(db, () => db.query("posts").length === 1);
    expect(seen).toEqual([["hers"], [], ["hers"]]);
  });

  test("asks the server to wait as long as it says", async () => {
    const server = fakeServer();
    const ada = open(server, "ada");
    await live(ada);
    const busy = { error: { code: "OVERLOADED", message: "busy" } };
    server.refusals.push.push(Response.json(busy, { status: 503, headers: { "retry-after": "3600" } }));
    await ada.create("posts", { title: "one" });
    await until(ada, () => ada.status.error !== undefined);
    expect(ada.status).toMatchObject({ state: "connecting", queued: 1, error: { code: "OVERLOADED" } });
    expect(server.pushes).toEqual([]);
    ada.retryNow();
    await ada.flush();
  });

  test("that has ended stops the requests until it is there again", async () => {
    const server = fakeServer();
    const ada = open(server, "ada");
    await live(ada);
    const refusal = () => Response.json({ error: { code: "INVALID_TOKEN", message: "no" } }, { status: 401 });
    server.refusals.push.push(refusal());
    await ada.create("posts", { title: "one" });
    await until(ada, () => ada.status.state === "signed_out");
    expect(ada.status.queued).toBe(1);
    ada.retryNow();
    await ada.flush();
    expect(server.model.rowsOf("posts").size).toBe(1);
  });
});

describe("what is stored", () => {
  test("is emptied by clear, and comes again", async () => {
    const server = fakeServer();
    const ada = open(server, "ada");
    await live(ada);
    await ada.create("posts", { title: "one" });
    await ada.flush();
    server.online = false;
    await ada.create("posts", { title: "lost" });
    await ada.clear();
    expect(titles(ada)).toEqual([]);
    server.online = true;
    ada.retryNow();
    await until(ada, () => ada.query("posts").length === 1);
    expect(titles(ada)).toEqual(["one"]);
  });

  test("that a shape may not be read any more is gone", async () => {
    const server = fakeServer();
    const ada = open(server, "ada");
    await live(ada);
    await ada.create("posts", { title: "one", level: 3 });
    await ada.flush();
    server.model.setRights("ada", { level: 1, hidden: [] });
    server.news();
    await until(ada, () => ada.query("posts").length === 0);
  });
});

describe("what is wrong is said", () => {
  test("options, limits, filters that need the server", async () => {
    const server = fakeServer();
    const client = createClient({ url, token: "ada", fetch: server.fetch });
    expect(() => sync(client, { shapes: {}, onConflikt: "merge" } as never)).toThrow("did you mean onConflict?");
    const durable = { ...memoryStore(), durable: true };
    expect(() => sync(client, { shapes: {}, store: durable })).toThrow("whose data it is");
    const db = open(server, "ada");
    await db.ready;
    expect(() => db.query("posts", { filter: { title: { _like: "a%" } } })).toThrow("cannot be decided on this device");
    expect(() => db.query("posts", { limit: -1 })).toThrow("limit is a number of rows");
    expect(() => db.query("posts", { sort: "author.name" })).toThrow("sort takes the row's own fields");
  });

  test("a shape that the server refuses stops, and says why", async () => {
    const server = fakeServer();
    server.refusals.pull.push(
      Response.json({ error: { code: "VALIDATION", message: "shapes.posts.filter: …" } }, { status: 422 }),
    );
    const ada = open(server, "ada");
    await until(ada, () => ada.status.state === "stopped");
    expect(ada.status.error).toMatchObject({ code: "VALIDATION" });
  });
});
