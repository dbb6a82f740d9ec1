import { describe, expect, test } from "bun:test";
import { mkdir, readdir } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { dataOf, serverForTests } from "./server.ts";

const { server, write, items } = serverForTests();

describe("import", () => {
  test("--create finds fields, makes the collection and fills it", async () => {
    await write("films.json", '[{"Film Title":"A","US Gross":1,"id":7},{"Film Title":1984,"US Gross":null,"id":8}]');
    const { code, out, err } = await server.plinth("import", "films.json", "--collection", "films", "--create");
    expect(err).toContain("Film Title   film_title  text     mixed types, kept as text");
    expect(err).toContain("id           source_id   integer");
    expect([code, out.split(" (")[0]]).toEqual([0, "2 rows added to films"]);
    expect(await items("films", "sort=source_id&fields=film_title,us_gross")).toMatchObject([
      { film_title: "A", us_gross: 1 },
      { film_title: "1984", us_gross: null },
    ]);
    const again = await server.plinth("import", "films.json", "--collection", "films", "--run", "2");
    expect([again.code, again.out.split(" (")[0]]).toEqual([0, "2 rows added to films"]);
    await write("more.json", '[{"Film Title":"B","US Gross":2,"id":9}]');
    expect((await server.plinth("import", "more.json", "--collection", "films", "--create")).err).toContain("already");
  });

  test("--create makes foreign ids unique, and a file that refers to them finds the new items", async () => {
    await write("writers.json", '[{"id":1,"name":"Ann"},{"id":2,"name":"Bo"}]');
    await write("notes.json", '[{"id":1,"title":"x","writer":2}]');
    const writers = ["--collection", "writers", "--create", "--unique", "source_id"];
    expect((await server.plinth("import", "writers.json", ...writers)).code).toBe(0);
    const notes = ["--create", "--map", "writer=writer.source_id", "--types", "writer=relation:writers"];
    const { code, err } = await server.plinth("import", "notes.json", "--collection", "notes", ...notes);
    expect([code, err]).toEqual([0, expect.any(String)]);
    expect(await items("notes", "expand=writer")).toMatchObject([{ title: "x", writer: { name: "Bo" } }]);
  });

  test("--create keeps numbers that a double would change, as text", async () => {
    await write("long.json", '[{"tweet":750727362669608961,"by":{"id":750727362669608962}},{"tweet":7,"by":null}]');
    await write("long.csv", "amount\n12345678901234567890.5\n1.5\n");
    expect((await server.plinth("import", "long.json", "--collection", "tweets", "--create")).code).toBe(0);
    expect((await server.plinth("import", "long.csv", "--collection", "amounts", "--create")).code).toBe(0);
    expect(await items("tweets", "sort=tweet&fields=tweet,by")).toMatchObject([
      { tweet: "7", by: null },
      { tweet: "750727362669608961", by: { id: "750727362669608962" } },
    ]);
    expect(await items("amounts", "sort=-amount&fields=amount")).toMatchObject([
      { amount: "12345678901234567890.5" },
      { amount: "1.5" },
    ]);
  });

  test("--kind document takes objects as they are", async () => {
    await write("docs.ndjson", '{"a":{"b":1}}\n\n{"id":"x","Odd Name":true}\n');
    const { code, err } = await server.plinth(
      ...["import", "docs.ndjson", "--collection", "docs", "--create", "--kind", "document"],
    );
    expect([code, err]).toEqual([0, "Made the collection docs, of documents.\n"]);
    expect(await items("docs", "sort=id")).toMatchObject([{ a: { b: 1 } }, { source_id: "x", "Odd Name": true }]);
  });

  test("bad rows are reported with number, line and reason, across parts", async () => {
    await write("few.csv", "name,n\na,1\n");
    await server.plinth("import", "few.csv", "--collection", "many", "--create");
    const lines = Array.from({ length: 4500 }, (_, i) => (i % 1500 === 1499 ? `"r\n${i}",x` : `r${i},${i}`));
    await write("many.csv", `name,n\n${lines.join("\n")}\n`);
    const plain = await server.plinth("import", "many.csv", "--collection", "many");
    expect(plain.code).toBe(1);
    expect(plain.err).toMatch(/row\s+line\s+code\s+reason\n1500\s+1501\s+VALIDATION\s+n: expected an integer/);
    const json = await server.plinth("import", "many.csv", "--collection", "many", "--json", "--run", "2");
    const report = dataOf(json.out) as { errors: { row: number; line: number }[] };
    expect(report).toMatchObject({ total: 4500, inserted: 4497, failed: 3 });
    expect(report.errors.map(({ row, line }) => [row, line])).toEqual([
      [1500, 1501],
      [3000, 3002],
      [4500, 4503],
    ]);
  });

  test("--dry-run changes nothing, also with --create", async () => {
    await write("dry.csv", "name,n\na,1\nb,x\n");
    const made = await server.plinth("import", "dry.csv", "--collection", "dry", "--create", "--dry-run");
    expect([made.code, made.out]).toEqual([0, expect.stringContaining("2 rows checked: 2 would go into dry;")]);
    expect((await server.api("/api/collections/dry")).status).toBe(404);
    const typed = ["--collection", "dry", "--create", "--dry-run", "--types", "n=integer"];
    const wrong = await server.plinth("import", "dry.csv", ...typed);
    expect([wrong.code, wrong.err]).toEqual([1, expect.stringMatching(/2 +3 +VALIDATION +n: expected an integer/)]);
    const result = dataOf((await server.plinth("import", "dry.csv", ...typed, "--json")).out);
    expect(result).toMatchObject({
      total: 2,
      failed: 1,
      dry_run: true,
      fields: [{ name: "name" }, { type: "integer" }],
    });
    expect((await server.api("/api/collections/dry")).status).toBe(404);
    await server.plinth("import", "few.csv", "--collection", "dry", "--create");
    const checked = await server.plinth("import", "dry.csv", "--collection", "dry", "--dry-run", "--json");
    expect(dataOf(checked.out)).toMatchObject({ total: 2, inserted: 0, failed: 1, dry_run: true });
    expect(await items("dry")).toHaveLength(1);
  });

  test("a part that got no answer is sent again under its key", async () => {
    const tries: { key: string; rows: number }[] = [];
    const running = { error: { code: "CONFLICT", message: "still running", details: { field: "idempotency-key" } } };
    const flaky = createServer(async (request, response) => {
      const answer = (status: number, body: object) => response.writeHead(status).end(JSON.stringify(body));
      if (request.method === "GET") return answer(200, { data: { slug: "x", kind: "managed", fields: [] } });
      const rows = (await text(request)).trim().split("\n").length - 1;
      tries.push({ key: String(request.headers["idempotency-key"]), rows });
      if (tries.length === 1) return request.socket.destroy();
      if (tries.length === 2) return answer(409, running);
      return answer(200, { data: { total: rows, inserted: rows, failed: 0, errors: [], dry_run: false } });
    }).listen(0);
    const url = `http://127.0.0.1:${(flaky.address() as AddressInfo).port}`;
    await write("parts.csv", `n\n${Array.from({ length: 2500 }, (_, i) => i).join("\n")}\n`);
    const args = ["import", "parts.csv", "--collection", "x", "--url", url];
    const { code, out } = await server.plinth(...args);
    flaky.close();
    expect([code, out.split(" (")[0]]).toEqual([0, "2,500 rows added to x"]);
    const [first, second, third, next] = tries;
    expect(tries.map(({ rows }) => rows)).toEqual([2000, 2000, 2000, 500]);
    expect([second!.key, third!.key]).toEqual([first!.key, first!.key]);
    expect(next!.key).not.toBe(first!.key);
  });

  test("--map names fields, leaves out, and is refused where it does not fit", async () => {
    await write("map.csv", "N;junk\n1;x\n");
    const map = '{"N":"number","junk":null}';
    const { code } = await server.plinth("import", "map.csv", "--collection", "mapped", "--create", "--map", map);
    expect(code).toBe(0);
    const [row] = await items("mapped");
    expect(Object.keys(row!)).toEqual(["id", "number", "created_at", "updated_at", "owner_id", "version"]);
    const again = ["import", "map.csv", "--collection", "mapped", "--run", "2"];
    const wrong = await server.plinth(...again, "--map", '{"zzz":"number"}');
    expect([wrong.code, wrong.err]).toEqual([2, "map.zzz: the file has no such column\n"]);
  });

  test("--types takes a decimal with its digits, also among others", async () => {
    await write("prices.csv", "price,n,tax\n1.5,1,2\n");
    const types = ["--types", "price=decimal(10,2),n=number", "--types", "tax=decimal(5, 1)"];
    expect((await server.plinth("import", "prices.csv", "--collection", "prices", "--create", ...types)).code).toBe(0);
    expect(await items("prices", "fields=price,n,tax")).toMatchObject([{ price: "1.50", n: 1, tax: "2.0" }]);
  });

  test("--create makes nothing where the import would be refused", async () => {
    await write("plan.csv", "code,land\na,x\n");
    for (const [options, reason] of [
      [["--map", "zzz=code"], "map.zzz: the file has no such column"],
      [["--map", "land=land.iso"], "map.land: land is no relation"],
      [["--map", "land=land.iso", "--types", "land=relation:prices"], "map.land: prices has no unique field iso"],
      [["--on-conflict", "code"], "--on-conflict: expected a unique field of plan: id"],
      [["--on-conflict", "code", "--unique", "code", "--resolution", "x"], "--resolution must be"],
      [["--resolution", "ignore"], "--resolution needs --on-conflict"],
    ] as const) {
      const { code, err } = await server.plinth("import", "plan.csv", "--collection", "plan", "--create", ...options);
      expect([code, err]).toEqual([2, expect.stringContaining(reason)]);
      expect((await server.api("/api/collections/plan")).status).toBe(404);
    }
  });

  test("names all columns that are no fields, one a line", async () => {
    await write("strange.csv", "price,odd,even\n1,2,3\n");
    const { code, err } = await server.plinth("import", "strange.csv", "--collection", "prices");
    expect([code, err.split("\n").slice(0, 2)]).toEqual([
      2,
      ["odd: prices has no field odd", "even: prices has no field even"],
    ]);
    expect(err).toContain("--skip-unknown");
  });

  test("a column without a name is left out while it is empty, and otherwise asks for --map", async () => {
    await write("comma.csv", "name,n,\na,1,\nb,2,\n");
    const comma = await server.plinth("import", "comma.csv", "--collection", "comma", "--create");
    expect([comma.code, comma.out.split(" (")[0]]).toEqual([0, "2 rows added to comma"]);
    expect(Object.keys((await items("comma"))[0]!)).not.toContain("field_3");

    await write("pandas.csv", ",name,n\n0,a,1\n1,b,2\n");
    const refused = await server.plinth("import", "pandas.csv", "--collection", "pandas", "--create");
    expect([refused.code, refused.err]).toEqual([
      2,
      'pandas.csv: #1: the column has no name in the header, but a value here; use map (--map) to decide: {"#1": "a_field"}, or {"#1": null} to leave it out\n',
    ]);
    expect((await server.api("/api/collections/pandas")).status).toBe(404);
    const without = ["--map", '{"#1":null}'];
    const made = await server.plinth("import", "pandas.csv", "--collection", "pandas", "--create", ...without);
    expect([made.code, made.out.split(" (")[0]]).toEqual([0, "2 rows added to pandas"]);
    const again = await server.plinth("import", "pandas.csv", "--collection", "pandas");
    expect([again.code, again.err.includes("#1")]).toEqual([2, true]);
    expect((await server.plinth("import", "pandas.csv", "--collection", "pandas", ...without)).out).toContain("before");
    const named = ["--collection", "named", "--create", "--map", '{"#1":"place"}'];
    expect((await server.plinth("import", "pandas.csv", ...named)).code).toBe(0);
    expect(await items("named", "sort=place&fields=place")).toMatchObject([{ place: 0 }, { place: 1 }]);
  });

  test("a file that breaks off says where, and --from-row goes on", async () => {
    const rows = Array.from({ length: 2500 }, (_, i) => `{"n":${i}}`);
    await write("broken.json", `[${rows.join(",")}`);
    await write("whole.json", `[${rows.join(",")},{"n":2500}]`);
    await server.plinth("import", "whole.json", "--collection", "nums", "--create", "--from-row", "2501");
    const { code, err } = await server.plinth("import", "broken.json", "--collection", "nums");
    expect(code).toBe(1);
    expect(err).toContain("the same command or --from-row 2501 continues from there");
    expect(await items("nums", "limit=1&offset=2500")).toHaveLength(1);
    expect(await items("nums", "limit=1&offset=2501")).toEqual([]);
  });
});

describe("export", () => {
  test("writes whole files that come back as the same items", async () => {
    await write("source.csv", 'name,n\n"a ""b""",1\n,2\n"",3\n');
    await server.plinth("import", "source.csv", "--collection", "source", "--create");
    await mkdir(join(server.folder, "out"), { recursive: true });
    for (const format of ["csv", "json", "ndjson"]) {
      const file = `out/source.${format}`;
      const written = await server.plinth("export", "--collection", "source", "--output", file);
      expect(written.code).toBe(0);
      const back = await server.plinth("import", file, "--collection", `back_${format}`, "--create");
      expect([back.code, back.err.split("\n").at(-2)]).toEqual([
        0,
        "Skipped, because the server sets them: created_at, updated_at, version.",
      ]);
      const of = (slug: string) => items(slug, "sort=id&fields=name,n,owner_id");
      expect(await of(`back_${format}`)).toEqual(await of("source"));
    }
    expect(await readdir(join(server.folder, "out"))).toHaveLength(3);
  });

  test("says what a filter that no address holds has run into", async () => {
    const filter = JSON.stringify({ n: { _in: Array.from({ length: 4000 }, (_, i) => i) } });
    const { code, out, err } = await server.plinth("export", "--collection", "source", "--filter", filter);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain("does not fit into a URL (431)");
    expect(err).toContain("--filter");
  });

  test("takes filter, sort and fields, and writes to standard output", async () => {
    const { code, out, err } = await server.plinth(
      ...["export", "--collection", "source", "--format", "csv", "--fields", "n", "--sort=-n"],
      ...["--filter", '{"n":{"_gte":2}}'],
    );
    expect([code, err]).toEqual([0, ""]);
    expect(
      out
        .trim()
        .split("\r\n")
        .map((line) => line.split(",")[1]),
    ).toEqual(["n", "3", "2"]);
    const refused = await server.plinth("export", "--collection", "source", "--filter", '{"zzz":1}');
    expect([refused.code, refused.out]).toEqual([2, ""]);
    expect(refused.err).toContain("zzz");
  });
});

describe("what cannot be done ends with 2 and a sentence", () => {
  const cases: [string, string[], string][] = [
    ["no command", [], "Usage: plinth COMMAND"],
    ["an unknown command", ["imp"], 'There is no command "imp"'],
    ["an unknown option", ["import", "few.csv", "--nope"], "takes no --nope"],
    ["no file", ["import", "--collection", "x"], "Write plinth import FILE --collection NAME"],
    ["no collection", ["import", "few.csv"], "--collection NAME"],
    ["a file that is not there", ["import", "zzz.csv", "--collection", "x"], "There is no file zzz.csv"],
    ["a folder", ["import", ".", "--collection", "x"], ". is a folder; import takes one file."],
    ["a folder, with a format", ["import", ".", "--collection", "x", "--format", "csv"], "is a folder"],
    ["an export with tabs", ["export", "--collection", "source", "--output", "x.tsv"], "written with commas"],
    ["an ending that says nothing", ["export", "--collection", "source", "--output", "x.xlsx"], "--format csv"],
    ["no ending", ["export", "--collection", "source", "--output", "x"], "Choose the format of x"],
    ["a collection that is not there", ["import", "few.csv", "--collection", "zzz"], "Add --create"],
    ["an unknown format", ["import", "few.csv", "--collection", "x", "--format", "xml"], "csv, json, ndjson"],
    ["a map that is no JSON", ["import", "few.csv", "--collection", "x", "--map", "{"], "--map expects a JSON object"],
    ["a map to nothing", ["import", "few.csv", "--collection", "x", "--map", "n="], `--map '{"n":null}' to leave`],
    ["a type of nothing", ["import", "few.csv", "--collection", "x", "--types", "n="], "write n=VALUE"],
    ["a bad address", ["export", "--collection", "x", "--url", "nowhere"], "is not a valid address"],
    ["no server", ["export", "--collection", "x", "--url", "http://127.0.0.1:1"], "Cannot reach Plinth"],
    ["a wrong key", ["export", "--collection", "source", "--key", "sk_live_x"], "API key is unknown"],
    ["a folder that is not there", ["export", "--collection", "source", "--output", "no/x.csv"], "cannot be written"],
  ];
  for (const [name, args, text] of cases) {
    test(name, async () => {
      const { code, out, err } = await server.plinth(...args);
      expect([code, out]).toEqual([2, ""]);
      expect(err).toContain(text);
    });
  }

  test("help and version are no errors", async () => {
    expect(await server.plinth("help")).toMatchObject({ code: 0, err: "" });
    expect((await server.plinth("import", "--help")).out).toContain("--create");
    expect((await server.plinth("version")).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
