import { describe, expect, test } from "bun:test";
import { createRule } from "../src/index.ts";
import { ADMIN, openWorld, things, userOf } from "./transfer-support.ts";

describe("what a file says becomes what a field takes", () => {
  test("csv cells are converted by the fields' types", async () => {
    const world = await things();
    const text = `title,pages,score,price,open,tags,made,seen,code,size
007, 12 ,1.5e2,12.5,No,"{""a"":[1]}",2024-05-01,2024-05-01 10:00:00+02:00,"",s
b,12.0,-.5,3,1,[],,,,
`;
    expect(await world.importText("things", text, { format: "csv" })).toMatchObject({
      total: 2,
      inserted: 2,
      failed: 0,
    });
    const rows = await world.list("things");
    expect(rows[0]).toMatchObject({
      title: "007",
      pages: 12,
      score: 150,
      price: "12.50",
      open: false,
      tags: { a: [1] },
      made: "2024-05-01",
      seen: "2024-05-01T08:00:00.000Z",
      code: "",
      size: "s",
    });
    expect(rows[1]).toMatchObject({ pages: 12, score: -0.5, open: true, tags: [], made: null, code: null });
  });

  test("a default fills an empty cell, and a required field refuses it", async () => {
    const world = await things();
    const result = await world.importText("things", "title,open\na,\n,no\n", { format: "csv" });
    expect(result).toMatchObject({ inserted: 1, failed: 1, errors: [{ row: 2, line: 3, error: { field: "title" } }] });
    expect((await world.list("things"))[0]).toMatchObject({ open: true });
  });

  test("json is taken strictly unless conversion is asked for", async () => {
    const world = await things();
    const text = '[{"title":1984,"pages":"12","open":"yes","made":""}]';
    const strict = await world.importText("things", text, { format: "json" });
    expect(strict).toMatchObject({ inserted: 0, failed: 1, errors: [{ row: 1, error: { code: "VALIDATION" } }] });
    expect(await world.importText("things", text, { format: "json", convert: true })).toMatchObject({ inserted: 1 });
    expect((await world.list("things"))[0]).toMatchObject({ title: "1984", pages: 12, open: true, made: null });
  });

  test("a document collection takes any object; of cells, only what is certain changes its type", async () => {
    const world = await openWorld();
    await world.create({ slug: "docs", kind: "document" });
    const text = 'a,b,c,d,e,f,g\n1,007,true,"{""x"":1}",1.0,,"[no"\n';
    expect(await world.importText("docs", text, { format: "csv" })).toMatchObject({ inserted: 1 });
    const [row] = await world.list("docs");
    expect(row).toMatchObject({ a: 1, b: "007", c: true, d: { x: 1 }, e: "1.0", g: "[no" });
    expect(row).not.toHaveProperty("f");
  });

  test("keys that have an operator's name are data, also of items that exist", async () => {
    const world = await openWorld();
    await world.create({ slug: "docs", kind: "document" });
    const id = "d0000000-0000-4000-8000-000000000001";
    const load = (item: object, options: object = {}) =>
      world.importText("docs", JSON.stringify([{ id, ...item }]), { format: "json", ...options });
    const first = { $set: { x: 1 }, a: { $inc: 1 } };
    expect(await load(first)).toMatchObject({ inserted: 1 });
    expect(await world.list("docs")).toMatchObject([first]);
    const second = { $set: { x: 2 }, a: { $inc: 2, by: 1 } };
    expect(await load(second, { upsert: { on_conflict: ["id"] } })).toMatchObject({ updated: 1, failed: 0 });
    expect(await world.list("docs")).toMatchObject([second]);
  });
});

describe("names", () => {
  test("a map renames columns and leaves others out", async () => {
    const world = await things();
    const map = { "The Title": "title", junk: null };
    const text = "The Title,junk,pages\nx,zzz,3\n";
    expect(await world.importText("things", text, { format: "csv", map })).toMatchObject({ inserted: 1 });
    expect((await world.list("things"))[0]).toMatchObject({ title: "x", pages: 3 });
  });

  test("a column without a name may be empty, or the map says what it is", async () => {
    const world = await things();
    const load = (text: string, map: Record<string, string | null> = {}) =>
      world.importText("things", text, { format: "csv", map });
    expect(await load('title,pages,\na,1,\nb,2,""\n')).toMatchObject({ inserted: 2, failed: 0 });
    expect(await load(",title\n0,a\n,b\n")).toMatchObject({
      inserted: 1,
      errors: [
        {
          row: 1,
          error: {
            code: "VALIDATION",
            field: "#1",
            message:
              '#1: the column has no name in the header, but a value here; use map (--map) to decide: {"#1": "a_field"}, or {"#1": null} to leave it out',
          },
        },
      ],
    });
    expect(await load(",title\n0,c\n1,d\n", { "#1": null })).toMatchObject({ inserted: 2, failed: 0 });
    expect(await load(",title\n7,e\n", { "#1": "pages" })).toMatchObject({ inserted: 1 });
    expect((await world.list("things")).find(({ title }) => title === "e")).toMatchObject({ pages: 7 });
    await expect(load(",title\n7,f\n", { "": null })).rejects.toMatchObject({
      message: expect.stringContaining("has its number as its name, such as #1"),
    });
  });

  test("of two columns with one name the map says what the second is", async () => {
    const world = await things();
    const load = (map: Record<string, string | null> = {}) =>
      world.importText("things", "title,title\na,1\n", { format: "csv", map });
    await expect(load()).rejects.toMatchObject({
      code: "VALIDATION",
      details: { field: "#2" },
      message:
        '#2: the header has the name title twice; this is the second; use map (--map) to decide: {"#2": "a_field"}, or {"#2": null} to leave it out',
    });
    expect(await load({ "#2": "pages" })).toMatchObject({ inserted: 1 });
    expect(await load({ "#2": null })).toMatchObject({ inserted: 1 });
  });

  test("an unknown column refuses a csv at once, and a json row by row", async () => {
    const world = await things();
    const csv = world.importText("things", "title,nope\na,1\n", { format: "csv" });
    await expect(csv).rejects.toMatchObject({ code: "UNKNOWN_FIELD", status: 422, details: { field: "nope" } });
    const json = await world.importText("things", '[{"title":"a"},{"title":"b","nope":1}]', { format: "json" });
    expect(json).toMatchObject({ inserted: 1, errors: [{ row: 2, error: { code: "UNKNOWN_FIELD", field: "nope" } }] });
  });

  test("all unknown names are reported at once, and how to ignore them", async () => {
    const world = await things();
    const csv = world.importText("things", "title,nope,pagse\na,1,2\n", { format: "csv" });
    await expect(csv).rejects.toMatchObject({
      code: "UNKNOWN_FIELD",
      message: expect.stringMatching(
        /^nope: things has no field nope\npagse: things has no field pagse; did you mean pages\?\n.*\n.*unknown=skip/,
      ),
      details: { field: "nope", issues: [{ field: "nope" }, { field: "pagse" }] },
    });
    const json = await world.importText("things", '[{"title":"b","nope":1,"other":2}]', { format: "json" });
    expect(json.errors[0]!.error.message).toContain("(and 1 more: other)");
  });

  test("a map that does not fit the file or the collection is refused", async () => {
    const world = await things();
    const attempt = (map: Record<string, string | null>) =>
      world.importText("things", "title,b\na,1\n", { format: "csv", map });
    await expect(attempt({ zzz: "title" })).rejects.toMatchObject({ details: { field: "map.zzz" } });
    await expect(attempt({ b: "zzz" })).rejects.toMatchObject({ code: "UNKNOWN_FIELD", details: { field: "map.b" } });
    await expect(attempt({ b: "title" })).rejects.toMatchObject({ code: "VALIDATION", details: { field: "b" } });
  });

  test("fields that only the server sets are ignored, and reported", async () => {
    const world = await things();
    const text = "title,version,created_at\na,7,1999-01-01\n";
    const result = await world.importText("things", text, { format: "csv" });
    expect(result).toMatchObject({ inserted: 1, ignored_fields: ["version", "created_at"] });
    expect((await world.list("things"))[0]).toMatchObject({ version: 1 });
  });
});

describe("bad rows", () => {
  test("are found by the database's refusals too, and the good rows around them are inserted", async () => {
    const world = await things();
    await world.create({ slug: "parts", fields: [{ name: "thing", type: "relation", to: "things" }] } as never);
    const lines = Array.from({ length: 1200 }, (_, i) => `t${i},${i % 100 === 7 ? "same" : `c${i}`}`);
    const result = await world.importText("things", `title,code\n${lines.join("\n")}`, { format: "csv" });
    expect(result).toMatchObject({ total: 1200, inserted: 1189, failed: 11 });
    expect(result.errors.map((e) => e.row)).toEqual(Array.from({ length: 11 }, (_, i) => 108 + i * 100));
    expect(result.errors[0]!.error).toMatchObject({ code: "UNIQUE_VIOLATION", field: "code" });
    expect((await world.list("things", { filter: { code: "same" } }))[0]).toMatchObject({ title: "t7" });

    const missing = "018f4e9a-5c1e-7b3a-9c2d-0123456789ab";
    const parts = await world.importText("parts", `[{}, {"thing":"${missing}"}, {}]`, { format: "json" });
    expect(parts).toMatchObject({
      inserted: 2,
      errors: [{ row: 2, error: { code: "REFERENCE_NOT_FOUND", field: "thing" } }],
    });
  });

  test("are counted exactly and listed up to a limit, in order", async () => {
    const world = await things();
    const lines = Array.from({ length: 2500 }, (_, i) => `t,${i === 3 ? "5" : "x"},dup`);
    const result = await world.importText("things", `title,pages,code\n${lines.join("\n")}`, { format: "csv" });
    expect(result).toMatchObject({ total: 2500, inserted: 1, failed: 2499, errors_truncated: true });
    expect(result.errors).toHaveLength(1000);
    expect(result.errors.every((e, i, all) => i === 0 || e.row > all[i - 1]!.row)).toBe(true);
  });

  test("a dry run finds what the fields refuse and writes nothing", async () => {
    const world = await things();
    const result = await world.importText("things", "title,pages\na,1\nb,x\n", { format: "csv", dryRun: true });
    expect(result).toMatchObject({ total: 2, inserted: 0, failed: 1, dry_run: true, errors: [{ row: 2 }] });
    expect(await world.list("things")).toEqual([]);
  });
});

describe("rules", () => {
  test("apply row by row, presets and checks through relations among them", async () => {
    const world = await openWorld();
    await world.create({ slug: "teams", fields: [{ name: "name", type: "text" }] } as never);
    await world.create({
      slug: "notes",
      fields: [
        { name: "text", type: "text" },
        { name: "state", type: "text" },
        { name: "team", type: "relation", to: "teams" },
      ],
    } as never);
    const ann = userOf("ann");
    await expect(world.importText("notes", "text\na\n", { format: "csv" }, ann)).rejects.toMatchObject({
      code: "FORBIDDEN",
    });

    const admin = await world.ctx(ADMIN);
    const rule = {
      role: "authenticated",
      condition: null,
      fields: null,
      presets: null,
      check: null,
      effect: "allow",
    } as const;
    await createRule(admin, { ...rule, collection: "teams", action: "read" } as never);
    await createRule(await world.ctx(ADMIN), {
      ...rule,
      collection: "notes",
      action: "create",
      presets: { state: "new" },
      check: { "team.name": "red" },
    } as never);
    const ids = ["018f4e9a-5c1e-7b3a-9c2d-000000000001", "018f4e9a-5c1e-7b3a-9c2d-000000000002"];
    await world.importText("teams", `id,name\n${ids[0]},red\n${ids[1]},blue\n`, { format: "csv" });
    const result = await world.importText(
      "notes",
      `text,team\na,${ids[0]}\nb,${ids[1]}\nc,${ids[0]}\n`,
      { format: "csv" },
      ann,
    );
    expect(result).toMatchObject({ inserted: 2, errors: [{ row: 2, error: { code: "FORBIDDEN" } }] });
    expect(await world.list("notes")).toMatchObject([
      { text: "a", state: "new", owner_id: "ann" },
      { text: "c", state: "new", owner_id: "ann" },
    ]);
  });
});
