import { afterAll, describe, expect, test } from "bun:test";
import { memoryPglite } from "@plinth/adapters-postgres/testing";
import { bunSqlite } from "@plinth/adapters-sqlite/bun";
import { DataError, type SqlDriver, type SqlQuery } from "@plinth/core";
import { bearer, refusalIn, testApp } from "../testing/app.ts";

const FIELDS = [
  { name: "title", type: "text" },
  { name: "extra", type: "text" },
  { name: "n", type: "integer" },
];
const HERE = "/api/items/notes";

suite("SQLite", bunSqlite({ path: ":memory:" }));
suite("Postgres", memoryPglite());

function suite(name: string, driver: SqlDriver): void {
  describe(`a schema that another server has just changed, on ${name}`, () => {
    afterAll(() => driver.close?.());
    const one = testApp({}, { driver });
    const other = testApp({}, { driver });
    let operator: Record<string, string>;

    /** The other server has read the catalog, and then this one drops a field. */
    const dropField = async (): Promise<void> => {
      operator ??= bearer(await one.signUp("operator@example.com"));
      await one.send("/api/collections/notes?confirm=notes", undefined, operator, "DELETE");
      expect((await one.send("/api/collections", { slug: "notes", fields: FIELDS }, operator)).status).toBe(201);
      expect((await one.send(HERE, { title: "a", extra: "x", n: 1 }, operator)).status).toBe(201);
      // Longer than a catalog is trusted.
      await Bun.sleep(1100);
      expect((await other.call(HERE, { headers: operator })).status).toBe(200);
      const path = "/api/collections/notes/fields/extra?confirm=extra";
      expect((await one.send(path, undefined, operator, "DELETE")).status).toBe(200);
    };

    test("is read at once, without the field", async () => {
      await dropField();
      const answer = await other.call(HERE, { headers: operator });
      const { data } = (await answer.json()) as { data: object[] };
      expect([answer.status, data[0]]).toEqual([200, expect.objectContaining({ title: "a", n: 1 })]);
      expect(data[0]).not.toHaveProperty("extra");
    });

    test("refuses a filter and a write that name the field, and takes one that does not", async () => {
      await dropField();
      const read = await other.call(`${HERE}?filter={"extra":"x"}`, { headers: operator });
      expect(await refusalIn(read)).toEqual([422, "UNKNOWN_FIELD", "filter.extra"]);
      await dropField();
      const write = await other.send(HERE, { title: "b", extra: "y" }, operator);
      expect(await refusalIn(write)).toEqual([422, "UNKNOWN_FIELD", "extra"]);
      await dropField();
      expect((await other.send(HERE, { title: "b" }, operator)).status).toBe(201);
    });

    test("has a collection and a field at once that are new", async () => {
      await dropField();
      expect((await other.call(HERE, { headers: operator })).status).toBe(200);
      const add = (field: string) =>
        one.send("/api/collections/notes", { fields: [{ name: field, type: "text" }] }, operator, "PATCH");
      const live = (collection: string, sort?: string) =>
        other.send("/api/live?poll=1", { collection, ...(sort && { sort }) }, operator);
      const tries: readonly (readonly [string, () => Promise<Response>])[] = [
        ["a", () => other.call(`${HERE}?sort=a`, { headers: operator })],
        ["b", () => other.call(`${HERE}?fields=b`, { headers: operator })],
        ["c", () => other.send(HERE, { title: "c", c: "x" }, operator)],
        ["d", () => other.send(HERE, [{ title: "d", d: "x" }], operator)],
        ["e", () => live("notes", "e")],
      ];
      for (const [field, use] of tries) {
        // The catalog that the last try renewed would be trusted for a second from now.
        expect((await add(field)).status).toBe(200);
        expect([field, (await use()).status]).toEqual([field, field === "c" || field === "d" ? 201 : 200]);
      }
      await Bun.sleep(1100);
      expect((await other.call(HERE, { headers: operator })).status).toBe(200);
      for (const [slug, use] of [
        ["made", () => other.send("/api/items/made", { title: "a" }, operator)],
        ["made_live", () => live("made_live")],
      ] as const) {
        await one.send(`/api/collections/${slug}?confirm=${slug}`, undefined, operator, "DELETE");
        expect((await one.send("/api/collections", { slug, fields: FIELDS }, operator)).status).toBe(201);
        expect((await use()).ok).toBeTrue();
      }
    });
  });
}

describe("a rule that another server has just made", () => {
  test("holds at once, for strangers and for fields", async () => {
    const driver = bunSqlite({ path: ":memory:" });
    const one = testApp({}, { driver });
    const other = testApp({}, { driver });
    const operator = bearer(await one.signUp("operator@example.com"));
    expect((await one.send("/api/collections", { slug: "notes", fields: FIELDS }, operator)).status).toBe(201);
    const allow = async (action: string, fields: string[]) => {
      const rule = { role: "public", collection: "notes", action, fields };
      expect((await one.send("/api/permissions", rule, operator)).status).toBe(201);
    };
    expect((await other.call(HERE)).status).toBe(401);
    await allow("read", ["title"]);
    expect((await other.call(HERE)).status).toBe(200);
    await allow("create", ["title"]);
    expect((await other.send(HERE, { title: "a" })).status).toBe(201);
    await allow("read", ["n"]);
    expect((await other.call(`${HERE}?fields=n`)).status).toBe(200);
    driver.close?.();
  });
});

describe("wrong names", () => {
  test("read the database a few times in a second, whoever sends them, and strangers share theirs", async () => {
    const inner = bunSqlite({ path: ":memory:" });
    let checks = 0;
    const isCheck = ({ sql }: SqlQuery): boolean => /^select "revision", .*from "plinth_workspaces"/.test(sql);
    const driver: SqlDriver = {
      ...inner,
      async run(query) {
        if (isCheck(query)) checks++;
        return inner.run(query);
      },
    };
    let now = Date.now();
    const server = testApp({}, { driver, clock: { now: () => now } });
    const operator = bearer(await server.signUp("operator@example.com"));
    const fields = [{ name: "title", type: "text" }];
    expect((await server.send("/api/collections", { slug: "notes", fields }, operator)).status).toBe(201);
    now += 2000;
    const wrong = async (headers: Record<string, string>, from = "127.0.0.1") => {
      const answer = await server.call("/api/items/nothing", { headers, from });
      expect(answer.status).toBe(404);
    };
    await wrong({});
    checks = 0;
    for (let i = 0; i < 40; i++) await wrong({}, `198.51.100.${i}`);
    expect(checks).toBe(4);
    await wrong(operator);
    checks = 0;
    for (let i = 0; i < 40; i++) await wrong(operator);
    expect(checks).toBe(4);
    await inner.close?.();
  });
});

const ITEM = { title: "stored" };
const isOfItems = ({ sql }: SqlQuery): boolean => sql.includes('"c_');

/** One server whose reads of items meet a new schema once: the first for which `fails` holds. */
async function meeting(fails: (events: readonly string[]) => boolean) {
  const inner = bunSqlite({ path: ":memory:" });
  const events: string[] = [];
  let met = true;
  const driver: SqlDriver = {
    ...inner,
    lifetime: "request",
    async all(query) {
      if (!isOfItems(query)) return inner.all(query);
      events.push("read");
      if (met || !fails(events)) return inner.all(query);
      met = true;
      await inner.run({ sql: "update plinth_workspaces set revision = revision + 1", params: [] });
      throw new DataError("unknown", { unknownName: true });
    },
    async batch(queries) {
      const results = await inner.batch(queries);
      if (queries.some(isOfItems)) events.push("write");
      return results;
    },
    async close() {
      events.push("close");
    },
  };
  const server = testApp({}, { driver });
  const operator = bearer(await server.signUp("operator@example.com"));
  const fields = [{ name: "title", type: "text", unique: true }];
  expect((await server.send("/api/collections", { slug: "notes", fields }, operator)).status).toBe(201);
  expect((await server.send(HERE, ITEM, operator)).status).toBe(201);
  events.length = 0;
  met = false;
  return { server, operator, events, close: () => inner.close?.() };
}

describe("a route that runs again", () => {
  test("does so before its connection is closed", async () => {
    const { server, operator, events, close } = await meeting(() => true);
    expect((await server.call(HERE, { headers: operator })).status).toBe(200);
    await Bun.sleep(10);
    expect(events).toEqual(["read", "read", "close"]);
    await close();
  });

  test("has not written: a read after the commit fails, and the write is not done twice", async () => {
    const { server, operator, events, close } = await meeting((so) => so.includes("write"));
    const body = [ITEM, { title: "new" }];
    const { status } = await server.send(`${HERE}?on_conflict=title&resolution=ignore`, body, operator);
    expect([status, events.filter((event) => event === "write")]).toEqual([500, ["write"]]);
    const { data } = (await (await server.call(HERE, { headers: operator })).json()) as { data: object[] };
    expect(data).toHaveLength(2);
    await close();
  });
});
