import { describe, expect, test } from "bun:test";
import { createRule } from "../src/index.ts";
import { ADMIN, openWorld, userOf, type World } from "./transfer-support.ts";

const FIELDS = [
  { name: "title", type: "text" },
  { name: "story", type: "longtext" },
  { name: "pages", type: "integer" },
  { name: "price", type: "decimal" },
  { name: "open", type: "boolean" },
  { name: "tags", type: "json" },
  { name: "seen", type: "timestamp" },
] as const;

const AWKWARD = [
  {
    title: 'a "quoted", text;\twith\r\nlines',
    story: "=1+1",
    pages: -0,
    price: "0.10",
    open: false,
    tags: { a: ["ü", null, 1e21] },
  },
  { title: "", story: " padded ", pages: 9007199254740991, tags: "text", seen: "1969-12-31T23:59:59.999Z" },
  { title: "007", story: "\ufeffmark 𝒳", tags: [] },
  { title: null, tags: "null" },
  { title: "null", tags: 0 },
  {},
];

async function worldOf(slugs: readonly string[], kind: "managed" | "document" = "managed"): Promise<World> {
  const world = await openWorld();
  const fields = kind === "managed" ? FIELDS : [];
  for (const slug of slugs) await world.create({ slug, kind, fields } as never);
  return world;
}

const NEW = ["created_at", "updated_at"];
const lasting = (rows: Record<string, unknown>[]) =>
  rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => !NEW.includes(name))));

describe("round trip", () => {
  for (const format of ["csv", "json", "ndjson"] as const) {
    test(`${format} gives back the same items, ids and owners with them`, async () => {
      const world = await worldOf(["source", "copy"]);
      await world.importText("source", JSON.stringify(AWKWARD), { format: "json" });
      await world.importText("source", JSON.stringify([{ title: "owned", owner_id: "ann" }]), { format: "json" });
      const text = await world.exportText("source", format);
      const result = await world.importText("copy", text, { format });
      expect(result).toMatchObject({
        total: 7,
        inserted: 7,
        failed: 0,
        ignored_fields: ["created_at", "updated_at", "version"],
      });
      expect(lasting(await world.list("copy"))).toEqual(lasting(await world.list("source")));
      expect(await world.exportText("copy", format, { fields: "title,story,tags" })).toBe(
        await world.exportText("source", format, { fields: "title,story,tags" }),
      );
    });
  }

  test("documents too, by json and ndjson", async () => {
    const world = await worldOf(["source", "copy"], "document");
    const documents = [{ a: "1", b: { c: [true, null] } }, { "an odd.name": "x" }, {}];
    await world.importText("source", JSON.stringify(documents), { format: "json" });
    for (const format of ["json", "ndjson"] as const) {
      const text = await world.exportText("source", format, { filter: {} });
      expect(await world.importText("copy", text, { format, dryRun: true })).toMatchObject({ total: 3, failed: 0 });
    }
    await world.importText("copy", await world.exportText("source", "json"), { format: "json" });
    expect(lasting(await world.list("copy"))).toEqual(lasting(await world.list("source")));
  });
});

describe("pages", () => {
  test("follow each other without gaps or repeats, through nulls and long texts", async () => {
    const world = await worldOf(["source"]);
    const rows = Array.from({ length: 3456 }, (_, i) => ({
      pages: i % 3 === 0 ? null : i % 50,
      story: i % 7 === 0 ? null : `${"x".repeat(i % 100 === 1 ? 20_000 : 5)}${i}`,
    }));
    await world.importText("source", JSON.stringify(rows), { format: "json" });
    for (const sort of ["id", "pages", "-pages,story", "story", "-story"]) {
      const out = JSON.parse(await world.exportText("source", "json", { sort, fields: "pages" })) as { id: string }[];
      expect(new Set(out.map((row) => row.id)).size).toBe(3456);
      const first = await world.list("source", { limit: 1000, sort, fields: "id" });
      expect(out.slice(0, 1000).map((row) => row.id)).toEqual(first.map((row) => row.id as string));
    }
  });

  test("an empty collection is an empty file of its format", async () => {
    const world = await worldOf(["source"]);
    expect(JSON.parse(await world.exportText("source", "json"))).toEqual([]);
    expect(await world.exportText("source", "ndjson")).toBe("");
    expect(await world.exportText("source", "csv", { fields: "title" })).toBe("id,title\r\n");
  });
});

describe("what is asked for", () => {
  test("filter, sort and fields work as in a list", async () => {
    const world = await worldOf(["source"]);
    await world.importText("source", "title,pages\na,1\nb,2\nc,3\n", { format: "csv" });
    const search = { filter: { pages: { _gte: 2 } }, sort: "-pages", fields: "title" };
    const lines = (await world.exportText("source", "csv", search)).trim().split("\r\n");
    expect(lines.map((line) => line.split(",")[1])).toEqual(["title", "c", "b"]);
    await expect(world.exportText("source", "csv", { fields: "nope" })).rejects.toMatchObject({
      code: "UNKNOWN_FIELD",
    });
    await expect(world.exportText("nope", "csv")).rejects.toMatchObject({ code: "COLLECTION_NOT_FOUND" });
  });

  test("a csv of documents names its columns", async () => {
    const world = await worldOf(["docs"], "document");
    await world.importText("docs", '[{"a":1,"b":{"c":2}},{"a":"x"}]', { format: "json" });
    await expect(world.exportText("docs", "csv")).rejects.toMatchObject({ details: { field: "fields" } });
    const lines = (await world.exportText("docs", "csv", { fields: "a,b" })).trim().split("\r\n");
    expect(lines.map((line) => line.slice(line.indexOf(",") + 1))).toEqual(["a,b", '1,"{""c"":2}"', "x,"]);
    // Keys that the items lack, although every object inherits a property of that name.
    const none = (await world.exportText("docs", "csv", { fields: "toString,__proto__" })).trim().split("\r\n");
    expect(none.map((line) => line.slice(line.indexOf(",") + 1))).toEqual(["toString,__proto__", ",", ","]);
  });
});

test("rules decide which rows and columns leave", async () => {
  const world = await worldOf(["source"]);
  await world.importText("source", "title,pages,story\na,1,secret\nb,2,secret\n", { format: "csv" });
  const ann = userOf("ann");
  await expect(world.exportText("source", "csv", {}, ann)).rejects.toMatchObject({ code: "FORBIDDEN" });
  await createRule(await world.ctx(ADMIN), {
    role: "authenticated",
    collection: "source",
    action: "read",
    effect: "allow",
    condition: { pages: 2 },
    fields: ["title", "pages"],
    presets: null,
    check: null,
  } as never);
  for (const format of ["csv", "json", "ndjson"] as const) {
    const text = await world.exportText("source", format, {}, ann);
    expect(text).not.toContain("secret");
    expect(text).not.toContain("created_at");
    expect(text).toContain("b");
  }
  expect((await world.exportText("source", "csv", {}, ann)).split("\r\n")[0]).toBe("id,title,pages");
});
