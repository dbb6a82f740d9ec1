import { describe, expect, test } from "bun:test";
import { strToU8, zipSync } from "fflate";
import { dataOf, serverForTests } from "./server.ts";

// Files as people have them: codes instead of ids, NA, foreign dates, more columns than fields.

const { server, write, items } = serverForTests();

describe("import", () => {
  test("relates rows by a unique field, with --create and without", async () => {
    await write("lands.json", '[{"cca2":"AD","name":{"common":"Andorra"}},{"cca2":"BR","name":{"common":"Brazil"}}]');
    await write("towns.csv", "town,country\nEncamp,AD\nNatal,BR\nNowhere,\n");
    const lands = ["import", "lands.json", "--collection", "lands", "--create", "--unique", "cca2"];
    expect((await server.plinth(...lands)).code).toBe(0);
    const map = ["--map", "country=country.cca2"];
    const made = await server.plinth(
      ...["import", "towns.csv", "--collection", "towns", "--create", ...map, "--types", "country=relation:lands"],
    );
    expect([made.code, made.err]).toEqual([0, expect.stringContaining("relation to lands")]);
    await write("more.csv", "town,country\nRecife,BR\nAtlantis,XX\nLemuria,XX\n");
    const more = await server.plinth("import", "more.csv", "--collection", "towns", ...map);
    expect(more.code).toBe(1);
    expect(more.err).toContain('no item of lands that you may read has cca2 "XX" (and row 3)');
    expect(await items("towns", "sort=town&fields=town,country.name")).toMatchObject([
      { town: "Encamp", country: { name: { common: "Andorra" } } },
      { town: "Natal", country: { name: { common: "Brazil" } } },
      { town: "Nowhere", country: null },
      { town: "Recife", country: { name: { common: "Brazil" } } },
    ]);
  });

  test("tells what keeps a column from being numbers, and --null reads it", async () => {
    const rows = Array.from({ length: 50 }, (_, i) => (i % 25 === 20 ? "NA" : String(i)));
    await write("delays.csv", `delay\n${rows.join("\n")}\n`);
    const text = await server.plinth("import", "delays.csv", "--collection", "delays_text", "--create");
    expect(text.err).toContain("96 % integer, 2 × NA (first in line 22); --null NA makes it integer");
    const read = await server.plinth("import", "delays.csv", "--collection", "delays", "--create", "--null", "NA,NULL");
    expect([read.code, read.err]).toEqual([0, expect.stringContaining("integer  2 without")]);
    expect(await items("delays", 'filter={"delay":null}')).toHaveLength(2);
    const typed = await server.plinth(
      ...["import", "delays.csv", "--collection", "delays_typed", "--create", "--types", "delay=integer", "--json"],
    );
    expect(dataOf(typed.out)).toMatchObject({ inserted: 48, failed: 2, errors: [{ row: 21, line: 22 }, {}] });
  });

  test("reads days in the form that is said, and in no other", async () => {
    await write("plan.csv", "what,day,at\na,03.04.2024,03.04.2024 14:30\nb,31.12.2023 00:00,1.2.2024 2:05:09 PM\n");
    const dates = ["--dates", "DD.MM.YYYY"];
    expect((await server.plinth("import", "plan.csv", "--collection", "plan", "--create", ...dates)).code).toBe(0);
    expect(await items("plan", "sort=what")).toMatchObject([
      { day: "2024-04-03T00:00:00.000Z", at: "2024-04-03T14:30:00.000Z" },
      { day: "2023-12-31T00:00:00.000Z", at: "2024-02-01T14:05:09.000Z" },
    ]);
    await write("other.csv", "what,at\nc,2024/04/03\nd,31.02.2024\n");
    const other = await server.plinth("import", "other.csv", "--collection", "plan", ...dates);
    expect(other.err).toContain('got the text "2024/04/03"; dates=DD.MM.YYYY does not read it');
    expect(other.err.match(/VALIDATION/g)).toHaveLength(2);
    const wrong = await server.plinth("import", "other.csv", "--collection", "plan", "--dates", "DD.MM.YY");
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining("dates: expected YYYY, MM and DD")]);
  });

  test("says how a spreadsheet has changed days and numbers, and reads them where that is said", async () => {
    await write("plain.csv", "day,n\n2024-05-01,1.5\n");
    await server.plinth("import", "plain.csv", "--collection", "changed", "--create");
    const rows = ["5/13/2024,1", "1/5/2024,1", "1/6/2024,1", "45413,1", "1-May-24,1", '2024-05-02,"1,5"'];
    const more = ['2024-05-03,"1,234,567.8"', '"=""2024-05-01""",1'];
    await write("changed.csv", `day,n\n${[...rows, ...more].join("\n")}\n`);
    const refused = await server.plinth("import", "changed.csv", "--collection", "changed");
    expect(refused.code).toBe(1);
    for (const text of [
      'got the text "5/13/2024"; say how the file writes days: dates=MM/DD/YYYY (--dates)\n',
      'got the text "1/5/2024"; say how the file writes days: dates=DD/MM/YYYY or MM/DD/YYYY (--dates) (and row 3)\n',
      'got the text "45413"; it is the number by which a spreadsheet stores a day: give the column the format YYYY-MM-DD',
      'got the text "1-May-24"; a spreadsheet has shortened it',
      'n: expected a number, got the text "1,5"; if the file writes decimals with a comma, say so: decimal=comma (--decimal-comma)\n',
      'got the text "1,234,567.8"; if commas stand between thousands, say so: decimal=grouped (--thousands-comma)',
      "it is a formula: save the column as values",
    ])
      expect(refused.err).toContain(text);
    await write("comma.csv", "day;n\n13.5.2024;1.234,5\n14.5.2024;-2\n15.5.2024;1.5\n");
    const chosen = ["--collection", "commas", "--create", "--dates", "DD.MM.YYYY", "--decimal-comma"];
    const read = await server.plinth("import", "comma.csv", ...chosen, "--types", "n=number");
    expect([read.code, read.err]).toEqual([1, expect.stringContaining("expected a number with a decimal comma")]);
    expect(await items("commas", "sort=day&fields=day,n")).toMatchObject([
      { day: "2024-05-13", n: 1234.5 },
      { day: "2024-05-14", n: -2 },
    ]);
  });

  test("a new collection keeps such columns as text, and says which option reads them", async () => {
    await write("kept.csv", "day;n;edition\n13.5.2024;1,5;1.5\n14.5.2024;2,25;2.0\n");
    const kept = await server.plinth("import", "kept.csv", "--collection", "kept", "--create", "--dry-run");
    expect(kept.err).toMatch(/day +text +kept as text; if these are days, say how they are written with --dates\n/);
    expect(kept.err).toMatch(/n +text +kept as text; if these are numbers, --decimal-comma reads them\n/);
    const read = await server.plinth("import", "kept.csv", "--collection", "kept", "--create", "--decimal-comma");
    expect([read.code, read.err]).toEqual([0, expect.stringMatching(/n +n +number *\nedition +edition +text *\n/)]);
    expect(await items("kept", "sort=n&fields=n,edition")).toMatchObject([
      { n: 1.5, edition: "1.5" },
      { n: 2.25, edition: "2.0" },
    ]);
  });

  test("a long reason is shown as a whole", async () => {
    const field = "f".repeat(60);
    await write("long.csv", `${field}\n1\n`);
    await server.plinth("import", "long.csv", "--collection", "long", "--create");
    await write("longer.csv", `${field}\n${"x".repeat(90)}\n`);
    const { err } = await server.plinth("import", "longer.csv", "--collection", "long");
    expect(err).toContain(`got the text "${"x".repeat(90)}"\n`);
  });

  test("passes over unknown columns by choice, and says an error once", async () => {
    await write("wide.json", '[{"what":"x","zzz":1},{"what":"y","zzz":2},{"what":"z","zzz":3}]');
    await write("one.csv", "what\na\n");
    await server.plinth("import", "one.csv", "--collection", "wide", "--create");
    const refused = await server.plinth("import", "wide.json", "--collection", "wide");
    expect(refused.err.match(/zzz/g)).toHaveLength(1);
    expect(refused.err).toContain("(and 2 more rows, such as 2)");
    const skipped = await server.plinth("import", "wide.json", "--collection", "wide", "--skip-unknown");
    expect([skipped.code, skipped.err]).toEqual([0, "Passed over, because they are no fields: zzz.\n"]);
    expect(await items("wide")).toHaveLength(4);
    await write("built.csv", "what,constructor\nb,1\n");
    const built = await server.plinth("import", "built.csv", "--collection", "wide", "--skip-unknown");
    expect([built.code, built.err]).toEqual([0, "Passed over, because they are no fields: constructor.\n"]);
    await write("near.csv", "whta\nb\n");
    const near = await server.plinth("import", "near.csv", "--collection", "wide", "--skip-unknown");
    expect(near.err).toContain("Passed over, because they are no fields: whta (did you mean what?).\n");
    await write("left.json", '[{"what":"x"}]');
    const left = ["--collection", "left", "--create", "--map", '{"notes":null}'];
    expect((await server.plinth("import", "left.json", ...left)).code).toBe(0);
  });

  test("--create with --on-conflict can be repeated, also with a newer file", async () => {
    await write("again.csv", "code,n\na,1\n,2\n");
    const command = ["--collection", "again", "--create", "--unique", "code", "--on-conflict", "code"];
    const first = await server.plinth("import", "again.csv", ...command);
    expect([first.code, first.out.split(" (")[0]]).toEqual([1, "1 row added to again, 1 refused"]);
    for (let run = 0; run < 2; run++) {
      const next = await server.plinth("import", "again.csv", ...command);
      expect([next.code, next.out.split(" (")[0]]).toEqual([1, "0 rows added to again, 1 updated, 1 refused"]);
    }
    await write("again.csv", "code,n\na,10\nb,2\n");
    const newer = await server.plinth("import", "again.csv", ...command);
    expect([newer.code, newer.out.split(" (")[0]]).toEqual([0, "1 row added to again, 1 updated"]);
    await write("again.csv", "code,other\na,10\n");
    expect((await server.plinth("import", "again.csv", ...command)).err).toContain("already exists");
    expect(await items("again", "sort=code&fields=code,n")).toMatchObject([
      { code: "a", n: 10 },
      { code: "b", n: 2 },
    ]);
  });

  test("--on-conflict updates what is there", async () => {
    await write("v1.csv", "code,n\na,1\nb,2\n");
    await server.plinth("import", "v1.csv", "--collection", "coded", "--create", "--unique", "code");
    await write("v2.csv", "code,n\nb,20\nc,30\n");
    const over = ["import", "v2.csv", "--collection", "coded", "--on-conflict", "code"];
    const { code, out } = await server.plinth(...over);
    expect([code, out.split(" (")[0]]).toEqual([0, "1 row added to coded, 1 updated"]);
    const again = await server.plinth(...over, "--resolution", "ignore");
    expect([again.code, again.out.split(" (")[0]]).toEqual([0, "0 rows added to coded, 2 already there"]);
    expect(await items("coded", "sort=code&fields=code,n")).toMatchObject([
      { code: "a", n: 1 },
      { code: "b", n: 20 },
      { code: "c", n: 30 },
    ]);
  });
});

describe("compressed files and workbooks", () => {
  const csv = "name,n\na,1\nb,2\n";
  const rowsOf = (slug: string) => items(slug, "sort=name&fields=name,n");
  const both = [
    { name: "a", n: 1 },
    { name: "b", n: 2 },
  ];

  test("gzip and zip are read as what they hold", async () => {
    await write("packed.csv.gz", Bun.gzipSync(csv));
    expect((await server.plinth("import", "packed.csv.gz", "--collection", "gzipped", "--create")).err).toContain(
      "Made",
    );
    expect(await rowsOf("gzipped")).toMatchObject(both);
    await write("packed.csv.zip", zipSync({ "inner.csv": strToU8(csv), "__MACOSX/inner.csv": strToU8("x") }));
    expect((await server.plinth("import", "packed.csv.zip", "--collection", "zipped", "--create")).code).toBe(0);
    expect(await rowsOf("zipped")).toMatchObject(both);
    await write("two.csv.zip", zipSync({ "a.csv": strToU8(csv), "b.csv": strToU8(csv) }));
    const two = await server.plinth("import", "two.csv.zip", "--collection", "zipped");
    expect([two.code, two.err]).toEqual([2, expect.stringContaining("holds several files")]);
  });

  test("the same rows in another packing are not added twice", async () => {
    await write("once.csv", csv);
    await write("once.csv.gz", Bun.gzipSync(csv));
    await write("once.csv.zip", zipSync({ "once.csv": strToU8(csv) }));
    expect((await server.plinth("import", "once.csv", "--collection", "once", "--create")).code).toBe(0);
    for (const name of ["once.csv.gz", "once.csv.zip", "once.csv"]) {
      for (const more of [[], ["--skip-unknown"]]) {
        const { code, out } = await server.plinth("import", name, "--collection", "once", ...more);
        expect([code, out]).toEqual([0, expect.stringContaining("was imported into once before")]);
      }
    }
    expect(await items("once")).toHaveLength(2);
    await write("cut.csv.gz", Bun.gzipSync(csv).slice(0, 20));
    const cut = await server.plinth("import", "cut.csv.gz", "--collection", "once");
    expect([cut.code, cut.err]).toEqual([2, expect.stringContaining("the gzip data is damaged")]);
  });

  test("the first sheet of a workbook, with numbers, days and empty cells", async () => {
    await write("book.xlsx", days());
    const { code, err } = await server.plinth("import", "book.xlsx", "--collection", "book", "--create");
    expect([code, err]).toEqual([0, expect.stringContaining("date")]);
    expect(await items("book", "sort=name&fields=name,n,day")).toMatchObject([
      { name: "a, b", n: 1.5, day: "2024-01-31" },
      { name: "c", n: 2, day: null },
    ]);
    await write("times.xlsx", times());
    expect((await server.plinth("import", "times.xlsx", "--collection", "times", "--create")).code).toBe(0);
    const rows = await items("times", "sort=n&fields=name,at&limit=1000");
    expect(rows.map(({ at }) => at)).toEqual(
      Array.from({ length: 200 }, (_, i) => new Date(Date.UTC(2024, 0, 1, 0, i + 1)).toISOString()),
    );
    expect(rows[0]!.name).toBe("  in  ");
    await write("no.xlsx", "name\n");
    const no = await server.plinth("import", "no.xlsx", "--collection", "book");
    expect([no.code, no.err]).toEqual([2, expect.stringContaining("cannot be read as an Excel file")]);
  });
});

const text = (at: string, value: string) =>
  `<c r="${at}" t="inlineStr"><is><t xml:space="preserve">${value}</t></is></c>`;

function days(): Uint8Array {
  return workbook(
    `<row r="1">${text("A1", "name")}${text("B1", "n")}${text("C1", "day")}</row><row r="2">${text("A2", "a, b")}<c r="B2"><v>1.5</v></c><c r="C2" s="1"><v>45322</v></c></row><row r="3">${text("A3", "c")}<c r="B3"><v>2</v></c></row>`,
  );
}

/** A time for each of some minutes: as fractions of a day, most of them are not exact. */
function times(): Uint8Array {
  const rows = Array.from({ length: 200 }, (_, i) => {
    const r = i + 2;
    return `<row r="${r}">${text(`A${r}`, "  in  ")}<c r="B${r}"><v>${i}</v></c><c r="C${r}" s="1"><v>${45292 + (i + 1) / 1440}</v></c></row>`;
  });
  return workbook(`<row r="1">${text("A1", "name")}${text("B1", "n")}${text("C1", "at")}</row>${rows.join("")}`);
}

/** The smallest workbook: one sheet, with a style for days. */
function workbook(rows: string): Uint8Array {
  const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
  const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
  const packed = "http://schemas.openxmlformats.org/package/2006";
  const part = (xml: string) => strToU8(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>${xml}`);
  const type = (name: string, kind: string) =>
    `<Override PartName="/xl/${name}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.${kind}+xml"/>`;
  return zipSync({
    "[Content_Types].xml": part(
      `<Types xmlns="${packed}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${type("workbook", "sheet.main")}${type("worksheets/sheet1", "worksheet")}${type("styles", "styles")}</Types>`,
    ),
    "_rels/.rels": part(
      `<Relationships xmlns="${packed}/relationships"><Relationship Id="r1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ),
    "xl/workbook.xml": part(
      `<workbook ${main} xmlns:r="${office}"><sheets><sheet name="One" sheetId="1" r:id="r1"/></sheets></workbook>`,
    ),
    "xl/_rels/workbook.xml.rels": part(
      `<Relationships xmlns="${packed}/relationships"><Relationship Id="r1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="${office}/styles" Target="styles.xml"/></Relationships>`,
    ),
    "xl/styles.xml": part(
      `<styleSheet ${main}><cellStyleXfs count="1"><xf numFmtId="0"/></cellStyleXfs><cellXfs count="2"><xf numFmtId="0" xfId="0"/><xf numFmtId="14" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>`,
    ),
    "xl/worksheets/sheet1.xml": part(`<worksheet ${main}><sheetData>${rows}</sheetData></worksheet>`),
  });
}
