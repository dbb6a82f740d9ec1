import { describe, expect, test } from "bun:test";
import { PlinthError } from "@plinth/core";
import fc from "fast-check";
import { type Cell, type Format, formatCells, openFile, type SourceRow } from "../src/index.ts";
import { fieldNamesFor } from "../src/names.ts";
import { bytesOf } from "./index.ts";

interface Read {
  columns: readonly string[] | null;
  rows: { row: number; line: number; value: SourceRow | string }[];
}

async function read(format: Format, text: string | Uint8Array, size = 1_000_000): Promise<Read> {
  const file = await openFile(format, bytesOf(text, size));
  const rows: Read["rows"] = [];
  for await (const batch of file.batches) {
    for (const record of batch) {
      const { row, line } = record;
      try {
        rows.push({ row, line, value: { ...file.parse(record) } });
      } catch (error) {
        rows.push({ row, line, value: (error as PlinthError).code });
      }
    }
  }
  return { columns: file.columns, rows };
}

const valuesOf = (result: Read) => result.rows.map((row) => row.value);

async function failure(work: Promise<unknown>): Promise<PlinthError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(PlinthError);
  return error as PlinthError;
}

const cell = fc.oneof(
  fc.constant(null),
  fc.string({ unit: "binary", maxLength: 20 }).filter((text) => text.isWellFormed()),
  fc
    .array(fc.constantFrom(",", ";", "\t", '"', "\n", "\r", "é", "𝒳", " ", "a"), { maxLength: 8 })
    .map((p) => p.join("")),
);

describe("csv", () => {
  test("reads what it writes, however the stream is cut", async () => {
    const table = fc
      .integer({ min: 2, max: 5 })
      .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 12 }));
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom("\n", "\r\n"),
        async (rows, size, end) => {
          const columns = Array.from({ length: rows[0]?.length ?? 2 }, (_, i) => `c${i}`);
          const text = [columns, ...rows].map((cells) => formatCells(cells) + end).join("");
          const { rows: found } = await read("csv", text, size);
          // A row of empty cells is no item.
          const filled = rows.filter((cells) => cells.some((one) => one !== null));
          expect(found.map(({ value }) => columns.map((name) => (value as SourceRow)[name] as Cell))).toEqual(filled);
          expect(found.map((row) => row.row)).toEqual(filled.map((_, i) => i + 1));
        },
      ),
      { numRuns: 300 },
    );
  });

  test("tells the delimiter from the header", async () => {
    for (const delimiter of [",", ";", "\t"]) {
      const text = `a${delimiter}"b,;\tx"${delimiter}c\n1${delimiter}2${delimiter}"3${delimiter}4"`;
      expect(valuesOf(await read("csv", text))).toEqual([{ a: "1", "b,;\tx": "2", c: `3${delimiter}4` }]);
    }
  });

  test("skips a byte order mark and blank lines, and takes a last line without an end", async () => {
    const { rows } = await read("csv", "\ufeff a ,b\r\n\r\n1,2\r\n\n3,4", 1);
    expect(rows).toEqual([
      { row: 1, line: 3, value: { a: "1", b: "2" } },
      { row: 2, line: 5, value: { a: "3", b: "4" } },
    ]);
  });

  test("skips rows of empty cells like blank lines, and takes one with an empty text", async () => {
    for (const [delimiter, size] of [
      [",", 1],
      [";", 4],
      ["\t", 1000],
    ] as const) {
      const text = 'a,b,c\n1,2,3\n,,\n,,\r\n,"",\n,'.replaceAll(",", delimiter);
      const { rows } = await read("csv", text, size);
      expect(rows).toEqual([
        { row: 1, line: 2, value: { a: "1", b: "2", c: "3" } },
        { row: 2, line: 5, value: { a: null, b: "", c: null } },
      ]);
    }
  });

  test("refuses a file whose lines end with CR alone", async () => {
    for (const text of ["a,b\r1,2\r3,4\r", "a,b\r\r1,2", '"a\rx",b\r1,2\r', `a\r${"1\r".repeat(3_000_000)}`]) {
      const failed = await failure(read("csv", text, 65_536));
      expect([failed.code, failed.details?.field]).toEqual(["VALIDATION", "body"]);
      expect(failed.message).toContain("the lines end with CR alone");
    }
    expect((await read("csv", '"a\rx",b\r\n1,2\r\n')).columns).toEqual(["a\rx", "b"]);
  });

  test("counts lines through quoted line ends", async () => {
    const { rows } = await read("csv", 'a,b\n"x\ny\nz",1\n2,3\n', 3);
    expect(rows.map(({ row, line }) => [row, line])).toEqual([
      [1, 2],
      [2, 5],
    ]);
  });

  test("tells an empty text from an empty cell, and lets a quote inside a cell stand", async () => {
    expect(valuesOf(await read("csv", 'a,b,c\n,"",5" disk\n'))).toEqual([{ a: null, b: "", c: '5" disk' }]);
  });

  test("refuses only the row that is wrong", async () => {
    const bad = new Uint8Array([...new TextEncoder().encode("a,b\n1,2\n"), 0xff, 0x2c, 0x31, 0x0a]);
    expect(valuesOf(await read("csv", bad))).toEqual([{ a: "1", b: "2" }, "INVALID_UTF8"]);
    const shapes = 'a,b\n1\n1,2,3\n"x"y,1\n5,6\n';
    expect(valuesOf(await read("csv", shapes))).toEqual(["VALIDATION", "VALIDATION", "VALIDATION", { a: "5", b: "6" }]);
  });

  test("calls columns by their numbers that the header names twice or not at all", async () => {
    expect(await read("csv", ",a,a,\n1,2,3,\n")).toMatchObject({
      columns: ["#1", "a", "#3", "#4"],
      rows: [{ value: { "#1": "1", a: "2", "#3": "3", "#4": null } }],
    });
    expect((await failure(read("csv", "#2,,c\n"))).details?.field).toBe("column 2");
  });

  test("refuses a file without a header", async () => {
    expect((await failure(read("csv", ",,\n1,2,3\n"))).message).toBe("body: the header has no column names");
    expect((await failure(read("csv", ""))).code).toBe("VALIDATION");
    expect((await failure(read("csv", "\n\n"))).code).toBe("VALIDATION");
  });

  test("says where a quote that is never closed began", async () => {
    const error = await failure(read("csv", 'a,b\n1,2\n3,"4\n5,6\n'));
    expect(error.code).toBe("BAD_REQUEST");
    expect(error.details).toMatchObject({ row: 2, line: 3 });
  });

  test("does not gather more than the longest row allowed", async () => {
    const quote = `a\n"${"x".repeat(6_000_000)}`;
    expect((await failure(read("csv", quote, 65_536))).code).toBe("LIMIT_EXCEEDED");
    expect((await failure(read("ndjson", "1".repeat(6_000_000), 65_536))).details).toMatchObject({ row: 1 });
  });

  test("names another encoding", async () => {
    expect((await failure(read("csv", new Uint8Array([0xff, 0xfe, 0x61, 0])))).message).toContain("UTF-16");
    const latin1 = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
    const failed = await failure(read("csv", latin1("größe,b\n1,2\n")));
    expect([failed.code, failed.message]).toEqual([
      "INVALID_UTF8",
      "the header is not valid UTF-8; save the file as UTF-8",
    ]);
    for (const format of ["csv", "json", "ndjson"] as const) {
      expect((await failure(read(format, latin1("PK\x03\x04xx")))).code).toBe("UNSUPPORTED_MEDIA_TYPE");
    }
  });
});

const json = fc.jsonValue({ maxDepth: 4 });

describe("json", () => {
  test("finds the elements, however the stream is cut and spaced", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(json, { maxLength: 10 }),
        fc.nat(3),
        fc.integer({ min: 1, max: 30 }),
        async (list, indent, size) => {
          const rows = list.map((value) => ({ value }));
          const { rows: found } = await read("json", JSON.stringify(rows, null, indent), size);
          expect(found.map((row) => row.value)).toEqual(JSON.parse(JSON.stringify(rows)));
        },
      ),
      { numRuns: 300 },
    );
  });

  test("refuses elements that are no objects, one by one", async () => {
    const { rows } = await read("json", '[1, {"a":1},"x", [2],null,true ,{"b":}, {"c":2}]', 2);
    expect(rows.map((row) => row.value)).toEqual([
      "VALIDATION",
      { a: 1 },
      "VALIDATION",
      "VALIDATION",
      "VALIDATION",
      "VALIDATION",
      "MALFORMED_JSON",
      { c: 2 },
    ]);
  });

  test("refuses what is not one whole array", async () => {
    const broken = [
      "",
      "  ",
      "[",
      '[{"a":1}',
      '[{"a":1},',
      '[{"a":1},]',
      "[,]",
      '[{"a":1}{"b":1}]',
      "[]]",
      "[] x",
      '[{"a":"',
    ];
    for (const text of broken)
      expect([text, (await failure(read("json", text, 1))).code]).toEqual([text, "MALFORMED_JSON"]);
    for (const text of ['{"a":1}', "1", '"x"']) expect((await failure(read("json", text))).code).toBe("VALIDATION");
    expect((await failure(read("json", '[{"a":1},{"a":2}'))).details).toMatchObject({ row: 3 });
    expect(await read("json", " [ ] ")).toMatchObject({ rows: [] });
  });

  test("keeps keys that JavaScript treats in its own way", async () => {
    const { rows } = await read("json", '[{"__proto__":1,"constructor":2}]');
    expect(Object.keys(rows[0]!.value as object)).toEqual(["__proto__", "constructor"]);
  });
});

describe("ndjson", () => {
  test("reads a value a line, skips blank ones and counts both", async () => {
    const { rows } = await read("ndjson", '\ufeff{"a":1}\r\n\n   \n{"a":2}\n{bad\n[1]', 2);
    expect(rows).toEqual([
      { row: 1, line: 1, value: { a: 1 } },
      { row: 2, line: 4, value: { a: 2 } },
      { row: 3, line: 5, value: "MALFORMED_JSON" },
      { row: 4, line: 6, value: "VALIDATION" },
    ]);
    expect((await read("ndjson", "")).rows).toEqual([]);
  });
});

test("a field's name is made in time linear in the column's", () => {
  for (const source of [
    "A".repeat(1_000_000),
    `${"_".repeat(1_000_000)}x`,
    `${"_-".repeat(500_000)}`,
    "aB".repeat(500_000),
  ])
    expect([...fieldNamesFor([source]).values()][0]!.length).toBeLessThanOrEqual(58);
  expect([...fieldNamesFor(["HTTPServer", "__US Gross__", "aBC"]).values()]).toEqual([
    "http_server",
    "us_gross",
    "a_bc",
  ]);
});

describe("a file that costs more to read than to send", () => {
  const gzip = async (text: string) => new Uint8Array(await new Response(zipped(text)).arrayBuffer());
  const zipped = (text: string) => new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));

  test("gzip that grows out of all proportion is refused", async () => {
    for (const format of ["csv", "ndjson", "json"] as const) {
      const error = await failure(read(format, await gzip("\n".repeat(60_000_000))));
      expect([error.code, error.details?.field]).toEqual(["LIMIT_EXCEEDED", "body"]);
      expect(error.message).toContain("200 times");
    }
    const small = await read("ndjson", await gzip(`${"\n".repeat(9_000_000)}{"a":1}\n`));
    expect(small.rows).toEqual([{ row: 1, line: 9_000_001, value: { a: 1 } }]);
  });

  test("others have their turn while it is read", async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    expect((await read("ndjson", " \n".repeat(4_000_000))).rows).toEqual([]);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(2);
  });

  test("empty lines count as lines, and a lone carriage return does not end one", async () => {
    const { rows } = await read("csv", "a\n\r\n\n1\n\n\r2\n\r\n");
    expect(rows).toEqual([
      { row: 1, line: 4, value: { a: "1" } },
      { row: 2, line: 6, value: { a: "\r2" } },
    ]);
  });
});
